//! Curves on logarithmic axes, as SVG.

use std::fmt::Write;

/// A curve.
pub struct Series {
    /// Its name, written at its end.
    pub name: String,
    /// Points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Whether it is dashed.
    pub dashed: bool,
}

/// Writes a value of an axis.
pub type Label = fn(f64) -> String;

/// A chart.
pub struct Chart<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The axes.
    pub axes: (&'a str, &'a str),
    /// How values of the axes are written.
    pub labels: (Label, Label),
}

const COLOURS: [&str; 9] =
    ["#0b6e4f", "#c1440e", "#2b59c3", "#8a5a00", "#7d3c98", "#00838f", "#ad1457", "#5d6d7e", "#000000"];
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const WIDTH: f64 = 470.0;
const HEIGHT: f64 = 340.0;
/// Pixels between the names of two curves.
const NAME: f64 = 15.0;

impl Chart<'_> {
    /// Draws curves.
    pub fn draw(&self, series: &[Series]) -> String {
        let all = || series.iter().flat_map(|s| &s.points);
        let (x0, x1) = decades(all().map(|p| p.0));
        let (y0, y1) = decades(all().map(|p| p.1));
        let x = |v: f64| LEFT + WIDTH * (v.max(1e-9).log10() - x0) / (x1 - x0);
        let y = |v: f64| TOP + HEIGHT * (1.0 - (v.max(1e-9).log10() - y0) / (y1 - y0));
        let mut body = String::new();
        for (from, to, across) in [(x0, x1, false), (y0, y1, true)] {
            for decade in from as i32..=to as i32 {
                let value = 10_f64.powi(decade);
                let _ = if across {
                    let at = y(value);
                    writeln!(
                        body,
                        "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/>\
                         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                        LEFT + WIDTH,
                        LEFT - 6.0,
                        at + 4.0,
                        (self.labels.1)(value)
                    )
                } else {
                    let at = x(value);
                    writeln!(
                        body,
                        "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
                         <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                        TOP + HEIGHT,
                        TOP + HEIGHT + 16.0,
                        (self.labels.0)(value)
                    )
                };
            }
        }
        for (s, at) in series.iter().zip(names(series, y)) {
            let number = series.iter().position(|o| std::ptr::eq(o, s)).unwrap_or(0);
            let colour = COLOURS.get(number % COLOURS.len()).copied().unwrap_or("black");
            let dash = if s.dashed { " stroke-dasharray=\"5 3\"" } else { "" };
            let points: Vec<String> =
                s.points.iter().map(|p| format!("{:.1},{:.1}", x(p.0), y(p.1))).collect();
            let _ = writeln!(
                body,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
                points.join(" "),
                LEFT + WIDTH + 8.0,
                at + 4.0,
                s.name.replace('&', "&amp;").replace('<', "&lt;")
            );
        }
        let (width, height) = (LEFT + WIDTH + 310.0, TOP + HEIGHT + 45.0);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n\
             <text x=\"8\" y=\"20\">{}: {} by {}, both logarithmic</text>\n{body}\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n</svg>\n",
            self.title,
            self.axes.1,
            self.axes.0,
            LEFT + WIDTH / 2.0,
            TOP + HEIGHT + 36.0,
            self.axes.0
        )
    }
}

/// The whole decades around some values.
fn decades(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|v| *v > 0.0)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v.log10()), h.max(v.log10())));
    if low > high { (0.0, 1.0) } else { (low.floor(), high.ceil().max(low.floor() + 1.0)) }
}

/// Where the names stand: at the ends of their curves, moved apart.
fn names(series: &[Series], y: impl Fn(f64) -> f64) -> Vec<f64> {
    let ends: Vec<f64> = series.iter().map(|s| s.points.last().map_or(TOP, |p| y(p.1))).collect();
    let mut order: Vec<usize> = (0..ends.len()).collect();
    let end = |i: &usize| ends.get(*i).copied().unwrap_or(TOP);
    order.sort_by(|a, b| end(a).total_cmp(&end(b)));
    let mut places = ends.clone();
    let mut free = f64::NEG_INFINITY;
    for i in &order {
        let at = end(i).max(free);
        if let Some(place) = places.get_mut(*i) {
            *place = at;
        }
        free = at + NAME;
    }
    // Those that ran out at the bottom move up again.
    let mut limit = TOP + HEIGHT;
    for i in order.iter().rev() {
        if let Some(place) = places.get_mut(*i) {
            *place = place.min(limit);
            limit = *place - NAME;
        }
    }
    places
}

/// `1.5 µs`
pub fn nanoseconds(ns: f64) -> String {
    match ns {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{} µs", short(n / 1e3)),
        n if n < 1e9 => format!("{} ms", short(n / 1e6)),
        n => format!("{} s", short(n / 1e9)),
    }
}

/// `10 k`
pub fn count(n: f64) -> String {
    match n {
        n if n < 1e3 => format!("{n:.0}"),
        n if n < 1e6 => format!("{:.0} k", n / 1e3),
        n => format!("{:.0} M", n / 1e6),
    }
}

fn short(n: f64) -> String {
    if n < 9.95 && n.fract() > 0.049 { format!("{n:.1}") } else { format!("{n:.0}") }
}
