//! The table as bars on a logarithmic axis, as SVG.

use crate::Row;
use std::fmt::Write;

/// Draws all rows, grouped by workload.
pub fn bars(rows: &[Row]) -> String {
    let (left, width, line) = (370.0, 800.0, 22.0);
    let (low, high) = (10f64, rows.iter().map(|r| r.ns).fold(100f64, f64::max));
    let x = |ns: f64| left + (width - left - 70.0) * (ns.max(low).log10() - 1.0) / (high.log10() - 1.0);
    let mut body = String::new();
    let mut y = 30.0;
    let mut group = "";
    for row in rows {
        if row.workload != group {
            group = &row.workload;
            y += 14.0;
            let _ = writeln!(body, r#"<text x="8" y="{y}" font-weight="bold">{group}</text>"#);
            y += line * 0.6;
        }
        let ours = row.engine.starts_with("Tabella");
        let fill = if ours {
            "#0b6e4f"
        } else if row.engine.starts_with("floor") {
            "#c9c9c9"
        } else {
            "#7a8aa0"
        };
        let end = x(row.ns);
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{left}\" y=\"{}\" width=\"{:.1}\" height=\"14\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{}\">{}</text>",
            left - 8.0,
            y + 11.0,
            row.engine,
            y,
            (end - left).max(1.0),
            end + 5.0,
            y + 11.0,
            label(row.ns)
        );
        y += line;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{0}\" fill=\"white\"/>\n\
         <text x=\"8\" y=\"20\">median time of one decision, logarithmic; shorter is better</text>\n{body}</svg>\n",
        y + 10.0
    )
}

fn label(ns: f64) -> String {
    match ns {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.1} µs", n / 1e3),
        n => format!("{:.1} ms", n / 1e6),
    }
}
