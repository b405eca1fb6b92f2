"""PDFs made on the spot with all the habits of real ones, and the truth about each to hold a reader against."""
