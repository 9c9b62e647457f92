//! How instants and codes are written in the two databases: an instant as fixed-width RFC 3339 text on SQLite and as
//! TIMESTAMPTZ on PostgreSQL, an enum as the text of its code.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueFormat, PgValueRef};
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Postgres, Sqlite, Type};

use crate::cases::{CaseState, EventKind, Light, ReasonKind, SupplementEnd};
use crate::certificates::Standing;
use crate::organisation::region::Level;
use crate::registers::Word;
use crate::reviews::{Event as TaskEvent, Handler, SubjectKind, TaskState};
use crate::time::Timestamp;

/// `timestamptz` in the system catalogue of every PostgreSQL.
const TIMESTAMPTZ: PgTypeInfo = PgTypeInfo::with_oid(Oid(1184));

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts, in microseconds since 1970.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

impl Type<Sqlite> for Timestamp {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }

    fn compatible(ty: &SqliteTypeInfo) -> bool {
        <String as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Timestamp {
    fn encode_by_ref(&self, buf: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(self.to_rfc3339(), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Timestamp {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        parse(<&str as Decode<Sqlite>>::decode(value)?)
    }
}

impl Type<Postgres> for Timestamp {
    fn type_info() -> PgTypeInfo {
        TIMESTAMPTZ
    }
}

impl Encode<'_, Postgres> for Timestamp {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.as_micros() - POSTGRES_EPOCH, buf)
    }

    fn size_hint(&self) -> usize {
        size_of::<i64>()
    }
}

impl<'r> Decode<'r, Postgres> for Timestamp {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => {
                let micros: i64 = Decode::<Postgres>::decode(value)?;
                Ok(Timestamp::from_micros(micros.saturating_add(POSTGRES_EPOCH)))
            }
            PgValueFormat::Text => parse(value.as_str()?),
        }
    }
}

fn parse(text: &str) -> Result<Timestamp, BoxDynError> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| "the stored instant is not RFC 3339".into())
}

macro_rules! stored_as_code {
    (@on $engine:ty, $info:ty, $buffer:ty, $value:ident, $kind:ty) => {
        impl Type<$engine> for $kind {
            fn type_info() -> $info {
                <String as Type<$engine>>::type_info()
            }

            fn compatible(ty: &$info) -> bool {
                <String as Type<$engine>>::compatible(ty)
            }
        }

        impl Encode<'_, $engine> for $kind {
            fn encode_by_ref(&self, buf: &mut $buffer) -> Result<IsNull, BoxDynError> {
                Encode::<$engine>::encode(self.code().to_owned(), buf)
            }
        }

        impl<'r> Decode<'r, $engine> for $kind {
            fn decode(value: $value<'r>) -> Result<Self, BoxDynError> {
                let code = <&str as Decode<$engine>>::decode(value)?;
                Self::from_code(code).ok_or_else(|| format!("there is no {} {code:?}", stringify!($kind)).into())
            }
        }
    };
    ($($kind:ty),* $(,)?) => {$(
        stored_as_code!(@on Sqlite, SqliteTypeInfo, SqliteArgumentsBuffer, SqliteValueRef, $kind);
        stored_as_code!(@on Postgres, PgTypeInfo, PgArgumentBuffer, PgValueRef, $kind);
    )*};
}

stored_as_code!(
    CaseState,
    EventKind,
    Handler,
    Level,
    Light,
    ReasonKind,
    Standing,
    SubjectKind,
    SupplementEnd,
    TaskEvent,
    TaskState,
    Word,
);
