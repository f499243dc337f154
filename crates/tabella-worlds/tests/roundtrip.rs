//! A sample of the round trip `src/bin/roundtrip.rs`: import, export, import, and the same decisions.

use tabella_worlds::roundtrip::{self, Tally};
use tabella_worlds::{Size, corpus, estate, world};

#[test]
fn documents_of_the_corpora_decide_as_before() {
    if let Err(e) = estate::shared() {
        println!("SKIPPED: {e}");
        return;
    }
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

#[test]
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
