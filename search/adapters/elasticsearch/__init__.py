"""The index on Elasticsearch: one index of pages behind an alias, rebuilt beside itself without a pause."""

from search.adapters.elasticsearch.index import ElasticsearchIndex

__all__ = ["ElasticsearchIndex"]
