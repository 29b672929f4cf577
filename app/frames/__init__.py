"""One frame on its way: job, film, tally and journal, from the request to the report."""
