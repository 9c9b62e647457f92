//! 已在窗口缴费: what the receipt of the counter says, so that work on the case begins.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::CaseError;
use backend::cases::pay_at_counter::pay_at_counter;
use backend::catalog::display::yuan;
use backend::identity::FieldError;
use domain::cases::{Action, PaymentError};
use domain::ids::CaseId;
use leptos::prelude::*;

use super::decide::{Look, about, crumbs, may, settle, sight};
use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::ui::{
    Breadcrumb, ButtonKind, ButtonLink, ErrorLink, ErrorSummary, MoneyField, PageHead, StaffLayout,
    SubmitButton, SummaryList, SummaryRow, TextField, TextKind,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-pay";

fn field_error(error: &PaymentError) -> FieldError {
    match error {
        PaymentError::ReceiptMissing => FieldError::new("receipt", "desk-receipt-missing"),
        PaymentError::ReceiptMalformed => FieldError::new("receipt", "desk-receipt-malformed"),
        PaymentError::ReceiptUsed => FieldError::new("receipt", "desk-receipt-used"),
        PaymentError::AmountMissing => FieldError::new("amount", "desk-amount-missing"),
        PaymentError::AmountMalformed => FieldError::new("amount", "desk-amount-malformed"),
        PaymentError::AmountDiffers(due) => FieldError::new("amount", "desk-amount-differs").count(*due),
    }
}

pub(super) async fn ask(visit: Visit, Path(id): Path<CaseId>, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, Action::Pay)?;
    let opened = match sight(&visit, id, look.version, Action::Pay).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let kept = draft::of(&visit, FORM, &id.to_string()).await?;
    let link = |e: &FieldError| {
        let due = yuan(e.count.unwrap_or_default(), locale);
        let text = with(locale, &format!("error-{}", e.code), &[("amount", due.into())]);
        ErrorLink { field: e.field.clone(), text }
    };
    let errors: Vec<ErrorLink> = kept.errors.iter().map(link).collect();
    let mut rows = about(&visit, &opened).await?;
    let due = opened.fee_fen();
    rows.push(SummaryRow {
        name: t("desk-pay-due"),
        value: due.map_or_else(|| t("done-payment-by-rule"), |fen| yuan(fen, locale)),
        change: None,
    });
    let receipt = kept.get("receipt").to_owned();
    // What is due is what is usually paid.
    let amount = match (kept.get("amount"), due) {
        ("", Some(fen)) if kept.errors.is_empty() => format!("{}.{:02}", fen / 100, fen % 100),
        (typed, _) => typed.to_owned(),
    };
    let (title, lead, yes, no, summary) = (
        t("desk-pay-title"),
        t("desk-pay-lead"),
        t("desk-pay-yes"),
        t("desk-back-to-case"),
        t("error-summary"),
    );
    let (receipt_label, receipt_hint, amount_label) =
        (t("desk-pay-receipt"), t("desk-pay-receipt-hint"), t("desk-pay-amount"));
    let (receipt_error, amount_error) = (draft::at(&errors, "receipt"), draft::at(&errors, "amount"));
    let (crumbs, version) = (crumbs(&visit, &opened), opened.row.version);
    let page_title = draft::title(&visit, &title, &errors);
    visit.page(page_title, move || {
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead/>
                <form class="form desk-narrow" method="post" action=format!("/staff/cases/{id}/pay") novalidate=true>
                    <ErrorSummary title=summary errors/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SummaryList plain=true rows/>
                    <TextField name="receipt" label=receipt_label hint=receipt_hint value=receipt error=receipt_error kind=TextKind::Code maxlength=40/>
                    <MoneyField name="amount" label=amount_label value=amount error=amount_error/>
                    <div class="row">
                        <SubmitButton label=yes/>
                        <ButtonLink href=format!("/staff/cases/{id}") label=no kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

pub(super) async fn keep(visit: Visit, Path(id): Path<CaseId>, Form(answers): Form<Typed>) -> PageResult {
    let form = format!("/staff/cases/{id}/pay");
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    draft::keep(&visit, FORM, &id.to_string(), &answers, &["receipt", "amount"], Vec::new()).await?;
    may(&visit, &desk, Action::Pay).map_err(|error| match error {
        // Signing in again leads back to the form, not to a post.
        PageError::ReauthenticationNeeded { .. } => PageError::ReauthenticationNeeded { next: form.clone() },
        other => other,
    })?;
    let version: i64 = typed(&answers, "version").parse().unwrap_or_default();
    let (receipt, amount) = (typed(&answers, "receipt"), typed(&answers, "amount"));
    match pay_at_counter(visit.backend(), visit.actor(), id, version, receipt, amount).await {
        Err(CaseError::Payment(wrong)) => {
            let errors = wrong.iter().map(field_error).collect();
            draft::keep(&visit, FORM, &id.to_string(), &answers, &["receipt", "amount"], errors).await?;
            Ok(Redirect::to(&format!("{form}#error-summary")).into_response())
        }
        result => {
            draft::forget(&visit, FORM).await?;
            settle(&visit, id, Action::Pay, "paid", result).await
        }
    }
}
