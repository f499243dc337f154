use super::*;

#[test]
fn spelling_and_text_are_inverse() {
    for text in [
        "s3:GetObject",
        "",
        " ",
        "a b",
        "allow",
        "missing",
        "a:",
        "a$",
        "$(x)",
        "${aws:username}",
        "${open",
        "\"",
        "`",
        "\\",
        "\n\t\r",
        "\u{0}",
        "\u{202E}",
        "a\u{200B}\u{FE0F}\u{E0041}\u{3164}\u{85}b",
        "${a\u{2060}b\tc}",
        "//x",
        "@x",
        "é",
        "10.0.0.0/8",
        "${a, 'b c'}",
        "a;b",
        "\u{10FFFF}",
    ] {
        for form in [Form::Bare, Form::Quoted, Form::Backtick] {
            let lexeme = Lexeme::of(text, form);
            assert_eq!(lexeme.text().as_deref(), Some(text), "{lexeme:?}");
        }
    }
}

#[test]
fn only_plain_words_stay_bare() {
    for text in ["s3:Get*", "a//b", "é", "${aws:username, 'x'}", "test", "10", "*", "a'b", "management"] {
        assert_eq!(&*Lexeme::of(text, Form::Bare).raw, text);
    }
    for text in
        ["", "a b", "allow", "role", "case", "a:", "a$", "$(x)", "//x", "@x", "a=b", "\u{200B}", "${a${b}}"]
    {
        assert_eq!(Lexeme::of(text, Form::Bare).form, Form::Backtick, "{text}");
    }
}

#[test]
fn no_word_holds_what_nobody_sees() {
    for c in (0..=0x10FFFF).filter_map(char::from_u32) {
        let text = format!("a{c}b");
        let mut lexer = Token::lexer(&text);
        let word = lexer.next() == Some(Ok(Token::Word)) && lexer.span() == (0..text.len());
        assert!(!(word && is_hidden(c)), "U+{:04X} is hidden, and part of a word", c as u32);
        let seen = !is_hidden(c) && !c.is_whitespace() && !c.is_ascii();
        assert!(word || !seen, "U+{:04X} is seen, and no part of a word", c as u32);
        let quoted = Lexeme::of(&text, Form::Quoted);
        assert!(!quoted.raw.contains(|c| c == '\t' || is_hidden(c)), "{quoted:?}");
        assert_eq!(quoted.text().as_deref(), Some(&*text));
    }
}

#[test]
fn parameters_are_parts_with_places() {
    let span = Span::new(crate::source::FileId(0), 10, 40);
    let lexeme = Lexeme::read(r#""a\n$(team)/\$(no)${aws:username}""#, span);
    let parts = lexeme.parts().unwrap();
    assert_eq!(
        parts,
        [
            Part::Text("a\n".into()),
            Part::Param("team".into(), Span::new(span.file, 14, 21)),
            Part::Text("/$(no)${aws:username}".into()),
        ]
    );
    assert_eq!(lexeme.text(), None);
    assert_eq!(Lexeme::read("a$(b)", span).parts().unwrap().len(), 2);
    assert_eq!(Lexeme::read("\"\"", span).parts().unwrap(), [Part::Text(String::new())]);
}

#[test]
fn mistakes_have_places() {
    let span = Span::new(crate::source::FileId(0), 100, 140);
    for (raw, kind, start, end) in [
        (r#""ab\qc""#, LexemeErrorKind::Escape, 103, 105),
        (r#""\u{}x""#, LexemeErrorKind::Escape, 101, 105),
        (r#""\u{D800}""#, LexemeErrorKind::Escape, 101, 109),
        (r#""\u41""#, LexemeErrorKind::Escape, 101, 103),
        (r#""a$(b c)""#, LexemeErrorKind::Parameter, 102, 108),
        (r#""a$(""#, LexemeErrorKind::Parameter, 102, 104),
        ("a$()", LexemeErrorKind::Parameter, 101, 104),
    ] {
        let error = Lexeme::read(raw, span).parts().unwrap_err();
        assert_eq!((error.kind, error.span.start, error.span.end), (kind, start, end), "{raw}");
    }
}

#[test]
fn backslashes_are_letters_in_bare_words() {
    assert_eq!(Lexeme::read(r"DOMAIN\name", Span::NONE).text().as_deref(), Some(r"DOMAIN\name"));
    assert_eq!(&*Lexeme::of(r"DOMAIN\name", Form::Bare).raw, r"DOMAIN\name");
}
