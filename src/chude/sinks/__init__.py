"""Labels as files: CSV, JSONL, Parquet, Excel, Label Studio; one module for each format."""
