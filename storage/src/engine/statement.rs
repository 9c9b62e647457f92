//! Statements are constants, and every constant is known to the test that prepares them all on both engines.

/// One SQL text, made by `statements!`.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    pub name: &'static str,
    pub sql: &'static str,
    pub engine: Runs,
}

/// Where a statement runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    Everywhere,
    Sqlite,
    Postgres,
}

/// Defines the statements of a module and its list `STATEMENTS`:
/// `X = "…";` for both engines, `X for Sqlite = "…";` and `X_POSTGRES for Postgres = "…";` for one.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident $(for $engine:ident)? = $sql:expr;)*) => {
        $(
            $(#[$doc])*
            const $name: $crate::Statement = $crate::Statement {
                name: stringify!($name),
                sql: $sql,
                engine: $crate::engine::statement::statements!(@runs $($engine)?),
            };
        )*
        // Blocks inside tests are not listed.
        #[cfg_attr(test, allow(dead_code))]
        pub(crate) const STATEMENTS: &[$crate::Statement] = &[$($name),*];
    };
    (@runs) => { $crate::engine::statement::Runs::Everywhere };
    (@runs $engine:ident) => { $crate::engine::statement::Runs::$engine };
}
pub(crate) use statements;
