//! The oracle: evaluates resolved policies directly, rule by rule, slow and obvious. Shares no code with
//! `normalize`, `lower` or the runtime, but for the definition of a request.
