//! Drawing a chart in the browser. The option is built with charming; colours come from the design tokens, resolved
//! through a canvas because ECharts cannot read `oklch()`; numbers are written by our own code, given as functions made
//! here, because the content security policy lets nothing be evaluated from text.

use super::{ChartData, ChartKind};
use crate::{format, layout::use_theme};
use charming::{
    component::{Axis, Grid},
    datatype::CompositeValue,
    element::{
        AreaStyle, AxisLabel, AxisPointer, AxisTick, AxisType, ItemStyle, LineStyle, LineStyleType, SplitLine, Tooltip,
        Trigger,
    },
    series::{Bar, Line},
};
use domain::Lang;
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = echarts)]
    type Instance;

    #[wasm_bindgen(js_namespace = echarts, js_name = init)]
    fn init(element: &web_sys::Element) -> Instance;

    #[wasm_bindgen(method, js_name = setOption)]
    fn set_option(this: &Instance, option: &JsValue, replace: bool);

    #[wasm_bindgen(method)]
    fn resize(this: &Instance);

    #[wasm_bindgen(method)]
    fn dispose(this: &Instance);
}

/// Draws when the library is there, and again when the numbers, the theme or the width change.
pub fn keep_drawn(node: NodeRef<html::Div>, data: Signal<ChartData>, kind: ChartKind, lang: Lang) {
    let ready = library();
    let theme = use_theme();
    let instance = StoredValue::new_local(None::<Instance>);
    let write = StoredValue::new_local(number_writer(lang));
    Effect::new(move |_| {
        let (true, Some(node), data) = (ready.get(), node.get(), data.get()) else { return };
        theme.track();
        // The theme is on the page only after this turn.
        request_animation_frame(move || {
            instance.try_update_value(|instance| {
                let chart = instance.get_or_insert_with(|| init(&node));
                let option = option(&data, kind);
                write.try_with_value(|write| finish(&option, write.as_ref().unchecked_ref()));
                chart.set_option(&option, true);
            });
        });
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        instance.try_with_value(|instance| instance.as_ref().map(Instance::resize));
    });
    on_cleanup(move || {
        resized.remove();
        instance.try_update_value(|instance| instance.take().map(|chart| chart.dispose()));
    });
}

/// Whether `window.echarts` is there; loads it if nobody has. The script has another id: an element with the id `echarts`
/// would itself be `window.echarts`.
fn library() -> RwSignal<bool> {
    let there = || js_sys::Reflect::has(&window(), &JsValue::from_str("echarts")).unwrap_or(false);
    let ready = RwSignal::new(false);
    Effect::new(move |_| {
        if there() {
            ready.set(true);
            return;
        }
        let script = document().get_element_by_id("chart-library").or_else(|| {
            let script = document().create_element("script").ok()?;
            script.set_id("chart-library");
            script.set_attribute("src", "/vendor/echarts.min.js").ok()?;
            document().head()?.append_child(&script).ok()?;
            Some(script)
        });
        if let Some(script) = script {
            let loaded = Closure::once_into_js(move || {
                let _ = ready.try_set(true);
            });
            let _ = script.add_event_listener_with_callback("load", loaded.unchecked_ref());
        }
    });
    ready
}

fn option(data: &ChartData, kind: ChartKind) -> JsValue {
    let [muted, line, grid, overlay] =
        ["--text-muted", "--border-strong", "--chart-grid", "--surface-overlay"].map(|token| colour(token, None));
    let mut chart = charming::Chart::new()
        .animation(false)
        .grid(Grid::new().left(8).right(24).top(14).bottom(4).contain_label(true))
        .tooltip(
            Tooltip::new()
                .trigger(Trigger::Axis)
                .background_color(overlay.as_str())
                .border_color(line.as_str())
                .border_width(1)
                .axis_pointer(AxisPointer::new().line_style(LineStyle::new().color(line.as_str()))),
        )
        .x_axis(
            Axis::new()
                .type_(AxisType::Category)
                .boundary_gap(kind == ChartKind::Bars)
                .axis_tick(AxisTick::new().show(false))
                .axis_label(AxisLabel::new().color(muted.as_str()).font_size(11))
                .data(data.points.clone()),
        )
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .split_number(3)
                .min_interval(1)
                .axis_label(AxisLabel::new().color(muted.as_str()).font_size(11))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(grid.as_str()))),
        );
    for series in &data.series {
        let colour_ = colour(series.part.token(), None);
        let values: Vec<CompositeValue> =
            series.values.iter().map(|v| CompositeValue::from(v.map(|n| n as f64))).collect();
        chart = match kind {
            ChartKind::Bars => chart.series(
                Bar::new().name(&series.name).item_style(ItemStyle::new().color(colour_.as_str())).data(values),
            ),
            ChartKind::Lines => {
                let style = if series.dashed { LineStyleType::Dashed } else { LineStyleType::Solid };
                let line = Line::new()
                    .name(&series.name)
                    .show_symbol(data.points.len() < 3)
                    .smooth(0.2)
                    .line_style(LineStyle::new().width(2).color(colour_.as_str()).type_(style))
                    .item_style(ItemStyle::new().color(colour_.as_str()))
                    .data(values);
                chart.series(if series.dashed {
                    line
                } else {
                    line.area_style(AreaStyle::new().color(colour(series.part.token(), Some(0.1)).as_str()))
                })
            }
        };
    }
    let json = serde_json::to_string(&chart).expect("a chart is plain data");
    js_sys::JSON::parse(&json).expect("serde_json writes JSON")
}

/// What charming has no words for: how numbers are written, and the type.
fn finish(option: &JsValue, write: &JsValue) {
    let get = |of: &JsValue, key: &str| js_sys::Reflect::get(of, &JsValue::from_str(key)).unwrap_or(JsValue::NULL);
    let set = |of: &JsValue, key: &str, value: &JsValue| {
        let _ = js_sys::Reflect::set(of, &JsValue::from_str(key), value);
    };
    let words = js_sys::Object::new();
    set(&words, "color", &colour("--text", None).into());
    set(&words, "fontSize", &12.into());
    let tooltip = get(option, "tooltip");
    set(&tooltip, "valueFormatter", write);
    set(&tooltip, "textStyle", &words);
    set(&get(&get(option, "yAxis"), "axisLabel"), "formatter", write);
    let x_axis = get(option, "xAxis");
    set(&get(&x_axis, "axisLabel"), "hideOverlap", &true.into());
    let (axis_line, line_style) = (js_sys::Object::new(), js_sys::Object::new());
    set(&line_style, "color", &colour("--border-strong", None).into());
    set(&axis_line, "lineStyle", &line_style);
    set(&x_axis, "axisLine", &axis_line);
    let font = js_sys::Object::new();
    let family = window()
        .get_computed_style(&document().body().expect("a page has a body"))
        .ok()
        .flatten()
        .and_then(|style| style.get_property_value("font-family").ok())
        .unwrap_or_default();
    set(&font, "fontFamily", &family.into());
    set(option, "textStyle", &font);
}

fn number_writer(lang: Lang) -> Closure<dyn Fn(JsValue) -> String> {
    Closure::new(move |value: JsValue| match value.as_f64() {
        Some(n) => format::number(lang, n.round() as i64),
        None => "–".to_owned(),
    })
}

/// A design token as `rgba()`: painted on one pixel and read back.
fn colour(token: &str, alpha: Option<f64>) -> String {
    read_colour(token, alpha).unwrap_or_else(|| "rgba(128,128,128,1)".to_owned())
}

fn read_colour(token: &str, alpha: Option<f64>) -> Option<String> {
    let probe = document().create_element("i").ok()?;
    probe.set_attribute("style", &format!("color:var({token})")).ok()?;
    document().body()?.append_child(&probe).ok()?;
    let computed = window().get_computed_style(&probe).ok()??.get_property_value("color").ok()?;
    probe.remove();
    let canvas = document().create_element("canvas").ok()?.dyn_into::<web_sys::HtmlCanvasElement>().ok()?;
    canvas.set_width(1);
    canvas.set_height(1);
    let context = canvas.get_context("2d").ok()??.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()?;
    context.set_fill_style_str(&computed);
    context.fill_rect(0.0, 0.0, 1.0, 1.0);
    let pixel = context.get_image_data(0.0, 0.0, 1.0, 1.0).ok()?.data();
    let [r, g, b, a] = [pixel[0], pixel[1], pixel[2], pixel[3]];
    Some(format!("rgba({r},{g},{b},{:.3})", alpha.unwrap_or(f64::from(a) / 255.0)))
}
