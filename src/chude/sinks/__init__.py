"""Labels as files: CSV, JSONL, Parquet, Excel, Label Studio, and folders by topic; one module a format."""
