//! IAM JSON → surface tree, with errors that point into the JSON.
