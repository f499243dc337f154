//! Conditions and literals. What a node means never depends on how it was built: parentheses and types are written
//! wherever the text would else be read differently.

use std::borrow::Cow;

use super::super::ast::*;
use super::super::layout::{Op, Place};
use super::super::parser::literal_type;
use super::{Printer, before, last, respell, start};

impl<'a> Printer<'a> {
    /// A condition. It recurses as deep as parentheses nest, which the parser limits.
    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::And(operands) => self.chain(operands, "and "),
            ExprKind::Or(operands) => self.chain(operands, "or "),
            ExprKind::Not(inner) => {
                self.word_at("not ", start(expr.span));
                self.operand(inner, matches!(inner.kind, ExprKind::And(_) | ExprKind::Or(_)));
            }
            ExprKind::Group(inner) => self.group(inner, start(expr.span), last(expr.span)),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Compare(comparison) => self.comparison(comparison, start(expr.span)),
            // No word is spelled so: a tree with errors never turns into a text without them.
            ExprKind::Error => self.word("<error>"),
        }
    }

    /// `a and b and c`. A chain of nothing is printed as `()`, which does not parse.
    fn chain(&mut self, operands: &'a [Expr], joint: &'static str) {
        if operands.is_empty() {
            return self.word("()");
        }
        self.op(Op::Open);
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                if i == 1 {
                    self.op(Op::In);
                }
                self.op(Op::Line);
                self.word_at(joint, before(operand.span));
            }
            let binds_less = match operand.kind {
                ExprKind::Or(_) => true,
                ExprKind::And(_) => joint == "and ",
                _ => false,
            };
            self.operand(operand, binds_less);
        }
        if operands.len() > 1 {
            self.op(Op::Out);
        }
        self.op(Op::Close);
    }

    fn operand(&mut self, expr: &'a Expr, parentheses: bool) {
        if parentheses {
            self.group(expr, Place::Unknown, Place::Unknown);
        } else {
            self.expr(expr);
        }
    }

    fn group(&mut self, inner: &'a Expr, start: Place, end: Place) {
        self.op(Op::Open);
        self.word_at("(", start);
        self.op(Op::In);
        self.op(Op::Soft);
        self.expr(inner);
        self.op(Op::Out);
        self.op(Op::Soft);
        self.word_at(")", end);
        self.op(Op::Close);
    }

    fn comparison(&mut self, c: &'a Comparison, place: Place) {
        match c.quantifier {
            Some(Quantifier::Any) => self.word_at("any of ", place),
            Some(Quantifier::All) => self.word_at("all of ", place),
            None => {}
        }
        self.name(&c.key);
        let list = c.list || c.values.len() != 1;
        let network = !list && c.values.first().is_some_and(|v| v.ty == LiteralType::Ip);
        self.word(match c.op {
            CompareOp::Eq if list || network => " in ",
            CompareOp::Eq => " == ",
            CompareOp::Ne if list || network => " not in ",
            CompareOp::Ne => " != ",
            CompareOp::Like => " like ",
            CompareOp::NotLike => " not like ",
            CompareOp::Lt => " < ",
            CompareOp::Le => " <= ",
            CompareOp::Gt => " > ",
            CompareOp::Ge => " >= ",
            CompareOp::IsMissing => return self.word(" is missing"),
            CompareOp::IsPresent => return self.word(" is present"),
        });
        self.values(&c.values, list);
        if c.ignoring_case {
            self.word(" ignoring case");
        }
        if c.or_missing {
            self.word(" or missing");
        }
    }

    /// One value, or `[…]`.
    pub(super) fn values(&mut self, values: &'a [Literal], list: bool) {
        if let ([value], false) = (values, list) {
            return self.literal(value);
        }
        self.op(Op::Open);
        self.word("[");
        self.op(Op::In);
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                self.word(",");
                self.op(Op::Line);
            } else {
                self.op(Op::Soft);
            }
            self.literal(value);
        }
        self.op(Op::Out);
        if !values.is_empty() {
            self.op(Op::Soft);
        }
        self.closer("]");
        self.op(Op::Close);
    }

    pub(super) fn literal(&mut self, literal: &'a Literal) {
        if literal_type(&literal.lexeme) == literal.ty {
            return self.raw(&literal.lexeme);
        }
        self.word_at(
            match literal.ty {
                LiteralType::Number => "number ",
                LiteralType::Date => "date ",
                LiteralType::Bool => "bool ",
                LiteralType::Ip => "ip ",
                LiteralType::Arn => "arn ",
                LiteralType::Binary => "binary ",
                LiteralType::String => "",
                LiteralType::Name => return self.constant(&literal.lexeme),
            },
            before(literal.lexeme.span),
        );
        if literal.lexeme.form == Form::Quoted {
            return self.raw(&literal.lexeme);
        }
        let quoted = String::from(respell(&literal.lexeme, Form::Quoted).raw);
        self.op(Op::Text(Cow::Owned(quoted), start(literal.lexeme.span)));
    }

    /// A name that looks like a literal of another type.
    fn constant(&mut self, lexeme: &'a Lexeme) {
        let raw = String::from(respell(lexeme, Form::Backtick).raw);
        self.op(Op::Text(Cow::Owned(raw), start(lexeme.span)));
    }
}
