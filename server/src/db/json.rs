//! Many values as one bind: lists and small tables travel as JSON, which both databases take apart in the statement.

use super::Conn;

/// Texts as one bind, for [`Conn::among`]; ids for [`Conn::among_ids`].
pub fn json_list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    serde_json::Value::from_iter(values.into_iter().map(|value| value.to_string())).to_string()
}

/// What a column of [`Conn::json_table`] holds.
#[derive(Clone, Copy)]
pub enum Column {
    Id,
    Text,
    Number,
}

impl Conn {
    /// `x …`: is one of the texts of a [`json_list`] bound as `bind` (`"$3"`). Uses an index on `x`.
    pub fn among(&self, bind: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("IN (SELECT value FROM json_each({bind}))"),
            // An array, not a set: for a set of unknown size the planner would rather walk the table.
            Self::Postgres(_) => format!("= ANY (ARRAY(SELECT json_array_elements_text(CAST({bind} AS JSON))))"),
        }
    }

    /// The same for ids.
    pub fn among_ids(&self, bind: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("IN (SELECT unhex(value, '-') FROM json_each({bind}))"),
            Self::Postgres(_) => {
                format!("= ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST({bind} AS JSON)) AS UUID)))")
            }
        }
    }

    /// A table called `given` for `FROM`, made of a JSON array of objects bound as `bind`.
    pub fn json_table(&self, bind: &str, columns: &[(&str, Column)]) -> String {
        let list = |of: fn(&str, Column) -> String| {
            columns.iter().map(|(name, column)| of(name, *column)).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Sqlite(_) => {
                let columns = list(|name, column| match column {
                    Column::Id => format!("unhex(value ->> '{name}', '-') AS {name}"),
                    Column::Text | Column::Number => format!("value ->> '{name}' AS {name}"),
                });
                format!("(SELECT {columns} FROM json_each({bind})) AS given")
            }
            Self::Postgres(_) => {
                let columns = list(|name, column| match column {
                    Column::Id => format!("{name} UUID"),
                    Column::Text => format!("{name} TEXT"),
                    Column::Number => format!("{name} BIGINT"),
                });
                format!("json_to_recordset(CAST({bind} AS JSON)) AS given({columns})")
            }
        }
    }
}
