//! Renderers: text for people, JSON for programs, SARIF for code review.
