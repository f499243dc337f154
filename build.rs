//! Turns `grammar/` into the parser that `src/syntax/parser.rs` includes; nothing else.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=grammar");
    lalrpop::Configuration::new().set_in_dir("grammar").emit_rerun_directives(true).process()
}
