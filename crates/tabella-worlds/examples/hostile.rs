//! Writes the text that the fuzz target `hostile` makes of a file of its corpus, or of a number, to standard output.
//!
//!     cargo run -p tabella-worlds --example hostile -- fuzz/artifacts/hostile/crash-…

use tabella_worlds::{Rng, hostile};

fn main() -> std::io::Result<()> {
    for name in std::env::args().skip(1) {
        let mut rng = match name.parse() {
            Ok(seed) => Rng::new(seed),
            Err(_) => Rng::from_bytes(&std::fs::read(name)?),
        };
        print!("{}", hostile::input(&mut rng).text);
    }
    Ok(())
}
