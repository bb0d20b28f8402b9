"""What people typed, read: from the distinct raw values of a column to typed values, remarks and what is still open."""
