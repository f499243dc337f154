//! A short differential run; `scripts/differential.sh` is the long one.

use tabella_worlds::coverage::Coverage;
use tabella_worlds::{Aimer, Rng, Size, describe, differential, world};

#[test]
fn tables_and_reference_agree() {
    let mut coverage = Coverage::default();
    for seed in 0..80 {
        let world = world(seed, Size::SMALL);
        let compiled = match differential::compile(&world) {
            Ok(compiled) => compiled,
            Err(e) if differential::is_too_costly(&e) => continue,
            Err(e) => panic!("seed {seed}: {e}"),
        };
        let tables = compiled.load().unwrap();
        coverage.world(&world);
        let aimer = Aimer::new(&world);
        let mut rng = Rng::new(seed);
        for _ in 0..200 {
            let request = aimer.request(&mut rng);
            match differential::compare(&tables, &request) {
                Ok(decision) => coverage.request(&request, decision),
                Err(what) => {
                    let (world, request, what) = differential::shrunk(&world, &request, &what);
                    panic!("seed {seed}: {what}\n{}{}", describe::world(&world), describe::request(&request));
                }
            }
        }
    }
    println!("{coverage}");
    assert!(coverage.worlds > 75, "{} worlds compile", coverage.worlds);
    assert!((20.0..50.0).contains(&coverage.allowed()), "the share of allows is off:\n{coverage}");
    assert!(coverage.gates.len() >= 17, "some gate never decided:\n{coverage}");
}
