//! A fee paid at the counter of a department, as the receipt there says.

use serde::{Deserialize, Serialize};

use super::form::read_yuan;

/// Characters of a receipt's number.
const RECEIPT_LENGTH: std::ops::RangeInclusive<usize> = 4..=40;

/// What the receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterPayment {
    /// Number of the receipt: letters and digits. Hyphens and small letters are how somebody wrote it, and would let one
    /// receipt pay twice.
    pub receipt: String,
    pub fen: i64,
}

/// Why a payment is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentError {
    ReceiptMissing,
    /// Not 4 to 40 letters, digits and hyphens.
    ReceiptMalformed,
    /// Another case was paid with this receipt.
    ReceiptUsed,
    AmountMissing,
    /// No amount above zero with at most two decimals.
    AmountMalformed,
    /// Another amount is due, in fen.
    AmountDiffers(i64),
}

impl CounterPayment {
    /// What was typed: the number of the receipt, and yuan. `due` is what has to be paid in fen, where that can be told.
    pub fn read(receipt: &str, yuan: &str, due: Option<i64>) -> Result<CounterPayment, Vec<PaymentError>> {
        let receipt = receipt.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let receipt = match receipt {
            "" => Err(PaymentError::ReceiptMissing),
            _ if receipt.chars().all(plain)
                && RECEIPT_LENGTH.contains(&receipt.bytes().filter(|b| *b != b'-').count()) =>
            {
                Ok(receipt.replace('-', "").to_ascii_uppercase())
            }
            _ => Err(PaymentError::ReceiptMalformed),
        };
        let fen = match yuan.trim() {
            "" => Err(PaymentError::AmountMissing),
            yuan => match read_yuan(yuan).map(|yuan| yuan.ten_thousandths() / 100) {
                Ok(fen) if fen > 0 => match due {
                    Some(due) if due != fen => Err(PaymentError::AmountDiffers(due)),
                    _ => Ok(fen),
                },
                _ => Err(PaymentError::AmountMalformed),
            },
        };
        match (receipt, fen) {
            (Ok(receipt), Ok(fen)) => Ok(CounterPayment { receipt, fen }),
            (receipt, fen) => Err([receipt.err(), fen.err()].into_iter().flatten().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receipt_pays_exactly_what_is_due() {
        let paid = CounterPayment::read(" a01-2345 ", "20", Some(2000)).unwrap();
        assert_eq!(paid, CounterPayment { receipt: "A012345".into(), fen: 2000 });
        assert_eq!(CounterPayment::read("0012", "¥20.00 元", Some(2000)).unwrap().fen, 2000);
        assert_eq!(CounterPayment::read("0012", "19.99", None).unwrap().fen, 1999);
        let wrong = |receipt: &str, yuan: &str| CounterPayment::read(receipt, yuan, Some(2000)).unwrap_err();
        assert_eq!(wrong("0012", "19.99"), [PaymentError::AmountDiffers(2000)]);
        assert_eq!(wrong("", ""), [PaymentError::ReceiptMissing, PaymentError::AmountMissing]);
        assert_eq!(wrong("票据", "20"), [PaymentError::ReceiptMalformed]);
        assert_eq!(wrong("001", "20"), [PaymentError::ReceiptMalformed]);
        assert_eq!(wrong("0-01---", "20"), [PaymentError::ReceiptMalformed]);
        assert_eq!(wrong(&"1".repeat(41), "20"), [PaymentError::ReceiptMalformed]);
        for yuan in ["0", "-20", "20.001", "二十"] {
            assert_eq!(wrong("0012", yuan), [PaymentError::AmountMalformed], "{yuan}");
        }
    }
}
