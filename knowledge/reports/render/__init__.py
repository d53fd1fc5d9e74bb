"""Reports as documents to sign, workbooks with live formulas, pages and rows."""
