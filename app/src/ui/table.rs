//! Tables.

use leptos::prelude::*;

/// What a column holds; decides alignment, and its place when a phone shows rows as cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    #[default]
    Plain,
    /// The name of the row; the title of its card.
    Lead,
    /// A tag; the corner of its card.
    Mark,
    Number,
    /// A link; the label is for screen readers only.
    Action,
}

/// Head of a column.
#[derive(Clone, Debug)]
pub struct Column {
    pub label: String,
    pub kind: ColumnKind,
}

impl Column {
    pub fn new(label: impl Into<String>, kind: ColumnKind) -> Self {
        Column { label: label.into(), kind }
    }
}

impl ColumnKind {
    fn class(self) -> &'static str {
        match self {
            ColumnKind::Plain => "cell",
            ColumnKind::Lead => "cell cell-lead",
            ColumnKind::Mark => "cell cell-mark",
            ColumnKind::Number => "cell cell-num",
            ColumnKind::Action => "cell cell-act",
        }
    }
}

/// A table that a phone reads as a list of cards. The roles are written out because some browsers forget them when
/// the display of a table changes. `caption` is read out; it need not be seen where a heading says the same.
#[component]
pub fn Table(
    #[prop(into)] caption: String,
    #[prop(optional)] show_caption: bool,
    columns: Vec<Column>,
    /// One view per column in each row.
    rows: Vec<Vec<AnyView>>,
) -> AnyView {
    let head = columns
        .iter()
        .map(|column| {
            let label = column.label.clone();
            let label = match column.kind {
                ColumnKind::Action => view! { <span class="visually-hidden">{label}</span> }.into_any(),
                _ => label.into_any(),
            };
            view! { <th role="columnheader" scope="col" class=if column.kind == ColumnKind::Number { "cell-num" } else { "" }>{label}</th> }
        })
        .collect_view();
    let body = rows
        .into_iter()
        .map(|cells| {
            let cells = columns
                .iter()
                .zip(cells)
                .map(|(column, cell)| {
                    view! {
                        <td role="cell" class=column.kind.class() data-label=column.label.clone()>
                            {cell}
                        </td>
                    }
                })
                .collect_view();
            view! { <tr role="row">{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-card">
            <table class="table table-fold" role="table">
                <caption class=if show_caption { "" } else { "visually-hidden" }>{caption}</caption>
                <thead role="rowgroup">
                    <tr role="row">{head}</tr>
                </thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
