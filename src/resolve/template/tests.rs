use super::*;

const ALL: Syntax = Syntax { wildcards: true, variables: true };

/// Literals as they are, `<*>`, `<?>`, `<key>`, `<key|default>`.
#[track_caller]
fn check(text: &str, syntax: Syntax, expected: &str) {
    let shown = match parse(text, syntax) {
        Err(e) => format!("{e:?}"),
        Ok(t) => t
            .pieces
            .iter()
            .map(|p| match p {
                Piece::Literal(l) => format!("[{l}]"),
                Piece::Any => "<*>".into(),
                Piece::One => "<?>".into(),
                Piece::Variable { key, default: None, .. } => format!("<{key}>"),
                Piece::Variable { key, default: Some(d), .. } => format!("<{key}|{d}>"),
            })
            .collect(),
    };
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn wildcards_and_variables() {
    check("", ALL, "");
    check("a*b?c", ALL, "[a]<*>[b]<?>[c]");
    check("home/${aws:UserName}/*", ALL, "[home/]<aws:username>[/]<*>");
    check("${aws:PrincipalTag/Team, 'none'}", ALL, "<aws:principaltag/team|none>");
    check("${a:b,'it''s'}x", ALL, "<a:b|it''s>[x]");
    check("${a:b, ''}", ALL, "<a:b|>");
    check("${a:b, '}*'}", ALL, "<a:b|}*>");
    check("${*}${?}${$}{x}", ALL, "[*?${x}]");
    check("$a $", ALL, "[$a $]");
}

#[test]
fn the_place_decides_what_counts() {
    check("${aws:username}*", Syntax { wildcards: true, variables: false }, "[${aws:username}]<*>");
    check("${aws:username}*", Syntax { wildcards: false, variables: true }, "<aws:username>[*]");
    check("a*?", Syntax { wildcards: false, variables: false }, "[a*?]");
}

#[test]
fn malformed_variables() {
    check("x${aws:username", ALL, "Unclosed(1)");
    check("${a:b, 'x", ALL, "Unclosed(0)");
    check("${a:b, 'x'", ALL, "Unclosed(0)");
    check("${}", ALL, "Empty(0)");
    check("${ , 'x'}", ALL, "Empty(0)");
    check("${a:b, x}", ALL, "Variable(0)");
    check("${a${b}}", ALL, "Variable(0)");
    check("${a:*}", ALL, "Variable(0)");
}
