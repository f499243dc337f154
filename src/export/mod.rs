//! Resolved policies → IAM JSON that means exactly the same.
