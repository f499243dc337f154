//! The normal form: one shape for every kind of policy, sorted and deduplicated.
