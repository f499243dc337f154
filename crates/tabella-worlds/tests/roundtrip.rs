//! A sample of the round trip `src/bin/roundtrip.rs`: import, export, import, and the same decisions.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use tabella_worlds::roundtrip::{self, Tally};
use tabella_worlds::{Size, corpus, estate, world};

fn documents_of_the_corpora_decide_as_before() {
    let mut total = Tally::default();
    for file in corpus::FILES {
        let documents = corpus::documents(file).unwrap_or_else(|e| panic!("{file}: {e}"));
        for (i, document) in documents.iter().enumerate().step_by(61) {
            let Ok(policy) = &document.policy else { continue };
            match roundtrip::document(policy, 12, i as u64) {
                Ok(tally) => total += tally,
                Err(e) => panic!("{}: {e}", document.name),
            }
        }
    }
    println!("{total:?}");
    assert!(total.documents >= 80, "{total:?}");
    assert!(total.allowed * 10 > total.requests && total.denied * 50 > total.requests, "{total:?}");
}

fn policies_of_generated_worlds_decide_as_before() {
    let mut total = Tally::default();
    for seed in 0..25 {
        match roundtrip::world(&world(seed, Size::SMALL), 40, seed) {
            Ok(tally) => total += tally,
            Err(e) => panic!("seed {seed}: {e}"),
        }
    }
    println!("{total:?}");
    assert!(total.documents > 4 * (total.inexpressible + total.foreign), "{total:?}");
}

fn main() -> ExitCode {
    let test = |name: &str, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    // A test that has not run must not look like one that has passed.
    let of_corpora =
        test("documents_of_the_corpora_decide_as_before", documents_of_the_corpora_decide_as_before);
    let of_corpora = match estate::shared() {
        Ok(_) => of_corpora,
        Err(missing) => of_corpora.with_ignored_flag(true).with_kind(missing),
    };
    let tests = vec![
        of_corpora,
        test("policies_of_generated_worlds_decide_as_before", policies_of_generated_worlds_decide_as_before),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
