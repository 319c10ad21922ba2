"""The report's sections: each turns published tables into what its template shows."""
