"""What is written, what is kept: expedientes, documents, versions, numbers, the archive."""
