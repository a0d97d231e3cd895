"""Tables in and out: workbooks and folders of CSV files, made from the shapes and read back into triples."""
