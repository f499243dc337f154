//! Resolved policies → normal form.
