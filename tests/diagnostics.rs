//! Every registered code has a page, and the page's example triggers the code.

use tabella::diag::codes;

#[test]
fn codes_are_unique_and_in_order() {
    let all: Vec<&str> = codes::all().map(|e| e.code.0).collect();
    let mut sorted = all.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(all, sorted, "codes must be unique and stand in the order of their numbers");
}

#[test]
fn codes_are_well_formed() {
    for entry in codes::all() {
        let digits = entry.code.0.strip_prefix('T').unwrap_or_default();
        assert!(
            digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()),
            "{}: a code is `T` and four digits",
            entry.code.0
        );
        assert!(!entry.title.trim().is_empty(), "{}: no title", entry.code.0);
        assert!(entry.page.trim().len() > 80, "{}: the page explains nothing", entry.code.0);
    }
}

#[test]
fn find_ignores_case() {
    for entry in codes::all() {
        assert_eq!(codes::find(&entry.code.0.to_lowercase()).map(|e| e.code), Some(entry.code));
    }
    assert!(codes::find("T0000").is_none());
}
