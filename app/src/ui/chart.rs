//! Charts over time: drawn by ECharts in the browser, and the same numbers as a table everywhere.
//!
//! The server renders the legend and the table; without JavaScript the table is what is shown. The library is as large
//! as the rest of the product, so it is loaded only when a chart is on the page, and from this server.

use super::{Part, text, use_lang};
use crate::format;
use leptos::prelude::*;

/// What a chart shows: one value per point and series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartData {
    /// The points along the bottom, in words: "16:32".
    pub points: Vec<String>,
    pub series: Vec<Series>,
}

/// One line or one set of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: String,
    /// Its fixed colour.
    pub part: Part,
    /// One per point; none where nothing is known yet.
    pub values: Vec<Option<u64>>,
    /// A plan rather than a fact: dashed.
    pub dashed: bool,
}

impl Series {
    /// A series of facts.
    pub fn new(name: impl Into<String>, part: Part, values: impl IntoIterator<Item = u64>) -> Self {
        Self { name: name.into(), part, values: values.into_iter().map(Some).collect(), dashed: false }
    }
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    #[default]
    Lines,
    Bars,
}

/// A chart with its legend and its table.
#[component]
pub fn Chart(
    #[prop(into)] data: Signal<ChartData>,
    /// What the chart says, in a sentence: read instead of it.
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] kind: ChartKind,
    /// Tailwind height.
    #[prop(default = "h-[248px] max-md:h-[200px]")]
    height: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    let as_table = RwSignal::new(false);
    let canvas = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    draw::keep_drawn(canvas, data, kind, lang);
    #[cfg(not(feature = "hydrate"))]
    let _ = kind;
    let legend = move || data.get().series.into_iter().map(|series| view! { <LegendItem series /> }).collect_view();
    view! {
        <figure class="chart" data-as-table=move || as_table.get().then_some("true")>
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1 px-1 text-xs text-muted">
                <ul class="flex flex-wrap gap-x-4 gap-y-1">{legend}</ul>
                <button
                    type="button"
                    class="js-only link ml-auto text-xs"
                    aria-pressed=move || if as_table.get() { "true" } else { "false" }
                    on:click=move |_| as_table.update(|table| *table = !*table)
                >
                    {text::as_table(lang)}
                </button>
            </div>
            <div node_ref=canvas class=format!("chart-canvas js-only {height}") role="img" aria-label=label></div>
            <div class="chart-table max-h-80 overflow-auto" tabindex="0" role="region" aria-label=label>
                {move || chart_table(lang, &data.get())}
            </div>
        </figure>
    }
}

#[component]
fn LegendItem(series: Series) -> impl IntoView {
    let line = if series.dashed {
        "w-3 border-t-2 border-dashed border-chart-6".to_owned()
    } else {
        format!("h-0.5 w-3 rounded {}", series.part.fill())
    };
    view! {
        <li class="flex items-center gap-1.5">
            <span class=line aria-hidden="true"></span>
            {series.name}
        </li>
    }
}

/// The numbers, newest last, as in the chart.
fn chart_table(lang: domain::Lang, data: &ChartData) -> impl IntoView + use<> {
    let cell = move |value: Option<&Option<u64>>| match value.copied().flatten() {
        Some(n) => format::count(lang, n),
        None => "–".to_owned(),
    };
    let heads = data.series.iter().map(|s| view! { <th scope="col" class="num">{s.name.clone()}</th> }).collect_view();
    let rows = data
        .points
        .iter()
        .enumerate()
        .map(|(i, point)| {
            let cells =
                data.series.iter().map(|s| view! { <td class="num">{cell(s.values.get(i))}</td> }).collect_view();
            view! {
                <tr>
                    <th scope="row">{point.clone()}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{text::point(lang)}</th>
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[cfg(feature = "hydrate")]
#[path = "chart_draw.rs"]
mod draw;
