//! The icons: outlines of 24 × 24, drawn with the colour of the text around them.
//!
//! They are symbols of one sprite, `style/icons.svg`, which a browser keeps for good; its head names their origin. A page
//! only names what it shows.

use leptos::prelude::*;

use crate::visit::assets;

/// Name of an icon, after what it means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Brand,
    ArrowLeft,
    ArrowRight,
    Baby,
    Bell,
    Bolt,
    Briefcase,
    Building,
    Car,
    Certificate,
    Chart,
    Chat,
    Check,
    Checklist,
    ChevronLeft,
    CircleCheck,
    CircleX,
    Clock,
    Close,
    Database,
    Device,
    Disabled,
    Document,
    Download,
    Edit,
    Elder,
    Eye,
    EyeCheck,
    FaceAngry,
    FaceFlat,
    FaceHappy,
    FaceSad,
    FaceSmile,
    FileAlert,
    FileCheck,
    Flag,
    Flower,
    Grid,
    Heart,
    HeartHandshake,
    Help,
    History,
    Home,
    Hourglass,
    House,
    Id,
    Inbox,
    Info,
    Key,
    Logout,
    Mail,
    MapPin,
    Medal,
    Medical,
    Minus,
    Offline,
    Phone,
    Printer,
    Qr,
    Refresh,
    Scale,
    School,
    Search,
    Send,
    Shield,
    ShieldLock,
    Store,
    Tax,
    TextSize,
    User,
    UserCheck,
    Wallet,
    Warning,
    Yuan,
}

impl IconName {
    pub const ALL: &'static [IconName] = &[
        IconName::Brand,
        IconName::ArrowLeft,
        IconName::ArrowRight,
        IconName::Baby,
        IconName::Bell,
        IconName::Bolt,
        IconName::Briefcase,
        IconName::Building,
        IconName::Car,
        IconName::Certificate,
        IconName::Chart,
        IconName::Chat,
        IconName::Check,
        IconName::Checklist,
        IconName::ChevronLeft,
        IconName::CircleCheck,
        IconName::CircleX,
        IconName::Clock,
        IconName::Close,
        IconName::Database,
        IconName::Device,
        IconName::Disabled,
        IconName::Document,
        IconName::Download,
        IconName::Edit,
        IconName::Elder,
        IconName::Eye,
        IconName::EyeCheck,
        IconName::FaceAngry,
        IconName::FaceFlat,
        IconName::FaceHappy,
        IconName::FaceSad,
        IconName::FaceSmile,
        IconName::FileAlert,
        IconName::FileCheck,
        IconName::Flag,
        IconName::Flower,
        IconName::Grid,
        IconName::Heart,
        IconName::HeartHandshake,
        IconName::Help,
        IconName::History,
        IconName::Home,
        IconName::Hourglass,
        IconName::House,
        IconName::Id,
        IconName::Inbox,
        IconName::Info,
        IconName::Key,
        IconName::Logout,
        IconName::Mail,
        IconName::MapPin,
        IconName::Medal,
        IconName::Medical,
        IconName::Minus,
        IconName::Offline,
        IconName::Phone,
        IconName::Printer,
        IconName::Qr,
        IconName::Refresh,
        IconName::Scale,
        IconName::School,
        IconName::Search,
        IconName::Send,
        IconName::Shield,
        IconName::ShieldLock,
        IconName::Store,
        IconName::Tax,
        IconName::TextSize,
        IconName::User,
        IconName::UserCheck,
        IconName::Wallet,
        IconName::Warning,
        IconName::Yuan,
    ];

    /// Its symbol in `style/icons.svg`.
    pub fn symbol(self) -> &'static str {
        match self {
            IconName::Brand => "brand",
            IconName::ArrowLeft => "arrow-left",
            IconName::ArrowRight => "arrow-right",
            IconName::Baby => "baby",
            IconName::Bell => "bell",
            IconName::Bolt => "bolt",
            IconName::Briefcase => "briefcase",
            IconName::Building => "building",
            IconName::Car => "car",
            IconName::Certificate => "certificate",
            IconName::Chart => "chart",
            IconName::Chat => "chat",
            IconName::Check => "check",
            IconName::Checklist => "checklist",
            IconName::ChevronLeft => "chevron-left",
            IconName::CircleCheck => "circle-check",
            IconName::CircleX => "circle-x",
            IconName::Clock => "clock",
            IconName::Close => "close",
            IconName::Database => "database",
            IconName::Device => "device",
            IconName::Disabled => "disabled",
            IconName::Document => "document",
            IconName::Download => "download",
            IconName::Edit => "edit",
            IconName::Elder => "elder",
            IconName::Eye => "eye",
            IconName::EyeCheck => "eye-check",
            IconName::FaceAngry => "face-angry",
            IconName::FaceFlat => "face-flat",
            IconName::FaceHappy => "face-happy",
            IconName::FaceSad => "face-sad",
            IconName::FaceSmile => "face-smile",
            IconName::FileAlert => "file-alert",
            IconName::FileCheck => "file-check",
            IconName::Flag => "flag",
            IconName::Flower => "flower",
            IconName::Grid => "grid",
            IconName::Heart => "heart",
            IconName::HeartHandshake => "heart-handshake",
            IconName::Help => "help",
            IconName::History => "history",
            IconName::Home => "home",
            IconName::Hourglass => "hourglass",
            IconName::House => "house",
            IconName::Id => "id",
            IconName::Inbox => "inbox",
            IconName::Info => "info",
            IconName::Key => "key",
            IconName::Logout => "logout",
            IconName::Mail => "mail",
            IconName::MapPin => "map-pin",
            IconName::Medal => "medal",
            IconName::Medical => "medical",
            IconName::Minus => "minus",
            IconName::Offline => "offline",
            IconName::Phone => "phone",
            IconName::Printer => "printer",
            IconName::Qr => "qr",
            IconName::Refresh => "refresh",
            IconName::Scale => "scale",
            IconName::School => "school",
            IconName::Search => "search",
            IconName::Send => "send",
            IconName::Shield => "shield",
            IconName::ShieldLock => "shield-lock",
            IconName::Store => "store",
            IconName::Tax => "tax",
            IconName::TextSize => "text-size",
            IconName::User => "user",
            IconName::UserCheck => "user-check",
            IconName::Wallet => "wallet",
            IconName::Warning => "warning",
            IconName::Yuan => "yuan",
        }
    }
}

/// How large an icon is; each grows with the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    Small,
    #[default]
    Normal,
    Large,
    Huge,
}

impl IconSize {
    fn class(self) -> &'static str {
        match self {
            IconSize::Small => "icon icon-s",
            IconSize::Normal => "icon",
            IconSize::Large => "icon icon-l",
            IconSize::Huge => "icon icon-xl",
        }
    }
}

/// An icon beside words; hidden from screen readers, so it must never be the only name of a thing.
#[component]
pub fn Icon(name: IconName, #[prop(optional)] size: IconSize) -> AnyView {
    let href = format!("{}#{}", assets().url("icons.svg"), name.symbol());
    view! { <svg class=size.class() aria-hidden="true"><use href=href></use></svg> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_has_every_icon_and_no_other() {
        let sprite = include_str!("../../../style/icons.svg");
        let there: Vec<&str> =
            sprite.split("<symbol id=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
        let named: Vec<&str> = IconName::ALL.iter().map(|name| name.symbol()).collect();
        assert_eq!(there, named);
    }
}
