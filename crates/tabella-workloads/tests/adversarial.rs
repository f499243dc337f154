//! Hostile patterns compile, are decided as the reference decides them, and make tables that grow with the pattern
//! and no faster.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tabella::catalog::Catalog;
use tabella_runtime::Tables;
use tabella_workloads::adversarial::CASES;
use tabella_workloads::{Workload, compile};

fn artifact(case: &tabella_workloads::adversarial::Case, size: usize) -> (Workload, Vec<u8>, usize) {
    let (world, bytes) = case.world(size).unwrap();
    let workload = Workload { name: case.name, world, requests: Vec::new(), swept: Vec::new() };
    let artifact = compile::artifact(&workload).unwrap();
    (workload, artifact, bytes)
}

#[test]
fn tables_grow_with_the_pattern() {
    for case in CASES {
        let (_, least, least_pattern) = artifact(case, 1);
        for size in [4, 16, 64, 256, 1_024].into_iter().filter(|n| *n <= case.largest) {
            let (_, grown, pattern) = artifact(case, size);
            let (bytes, added) = (grown.len() - least.len().min(grown.len()), pattern - least_pattern);
            // A pattern is kept as pieces of 16 bytes, an element of a byte or two each; a list holds its patterns,
            // with their records and atoms.
            assert!(
                bytes <= 48 * added + 4_096,
                "{}: {added} bytes of pattern, {bytes} of tables",
                case.name
            );
        }
    }
}

#[test]
fn decisions_are_those_of_the_reference() {
    for case in CASES {
        for size in [1, case.usual.min(64)] {
            let (workload, artifact, _) = artifact(case, size);
            let tables = Tables::load(&artifact).unwrap();
            assert!(tables.decide(&case.matching(size)).is_allowed(), "{}, {size}", case.name);
            let near = [10, 100, 1_000].map(|bytes| case.request(bytes));
            for request in near.into_iter().chain([case.matching(size)]) {
                let expected =
                    tabella::reference::evaluate(&workload.world, Catalog::shipped(), &request).decision;
                assert_eq!(tables.decide(&request), expected, "{}, {size}: {request:?}", case.name);
            }
        }
    }
}
