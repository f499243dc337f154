//! Tables → bytes, as `docs/artifact.md` specifies.
