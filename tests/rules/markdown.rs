//! Markdown → sections and fenced blocks.

/// A section of one rule.
pub struct Section {
    pub rule: u32,
    pub title: String,
    pub file: String,
    pub blocks: Vec<Block>,
    /// It says that the rule can't be observed.
    pub unobservable: bool,
}

/// A fenced block.
pub struct Block {
    /// The words of its info string.
    pub info: Vec<String>,
    pub text: String,
    /// Where, for messages: `file:line`.
    pub place: String,
}

/// The sections of one file. A `##` heading that is not `## R<number> — <title>` is a mistake.
pub fn sections(file: &str, text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        let place = format!("tests/rules/{file}:{}", number + 1);
        if let Some(mut block) = open.take() {
            if line == "```" {
                sections
                    .last_mut()
                    .unwrap_or_else(|| panic!("{place}: a block before the first rule"))
                    .blocks
                    .push(block);
            } else {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
        } else if let Some(info) = line.strip_prefix("```") {
            let info = info.split_whitespace().map(str::to_owned).collect();
            open = Some(Block { info, text: String::new(), place });
        } else if let Some(heading) = line.strip_prefix("## ") {
            let parts = heading.strip_prefix('R').and_then(|h| h.split_once(" — "));
            let (rule, title) = parts.unwrap_or_else(|| panic!("{place}: a heading is `## R1 — title`"));
            sections.push(Section {
                rule: rule.parse().unwrap(),
                title: title.to_owned(),
                file: file.to_owned(),
                blocks: Vec::new(),
                unobservable: false,
            });
        } else if let Some(section) = sections.last_mut().filter(|_| line.starts_with("Not observable: ")) {
            section.unobservable = true;
        }
    }
    assert!(open.is_none(), "tests/rules/{file}: a block is not closed");
    sections
}
