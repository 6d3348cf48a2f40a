"""Tests of the real servers: PostgreSQL, a broker, an S3 store, Elasticsearch."""
