//! The fixed words of frames and fields, in every language; the compiler misses none.

use domain::text::Locale;
use leptos::prelude::use_context;

/// What frames and fields say on every page.
#[derive(Debug)]
pub struct Words {
    pub staff_product: &'static str,
    pub skip: &'static str,
    pub back: &'static str,
    pub main_nav: &'static str,
    pub staff_nav: &'static str,
    pub breadcrumb: &'static str,
    pub home: &'static str,
    pub services: &'static str,
    pub messages: &'static str,
    pub me: &'static str,
    pub unread: &'static str,
    pub sign_in: &'static str,
    pub search: &'static str,
    pub standard: &'static str,
    pub elder: &'static str,
    pub auto: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub interface: &'static str,
    pub appearance: &'static str,
    pub language: &'static str,
    pub to_standard: &'static str,
    pub to_elder: &'static str,
    pub error: &'static str,
    pub optional: &'static str,
    pub year: &'static str,
    pub month: &'static str,
    pub day: &'static str,
    pub change: &'static str,
    pub remove: &'static str,
    pub later: &'static str,
    pub about: &'static str,
    pub accessibility: &'static str,
    pub privacy: &'static str,
    pub verify: &'static str,
    pub hotline: &'static str,
}

static ZH: Words = Words {
    staff_product: "掌办 · 办公",
    skip: "跳到正文",
    back: "返回",
    main_nav: "主导航",
    staff_nav: "办公导航",
    breadcrumb: "所在位置",
    home: "首页",
    services: "办事",
    messages: "消息",
    me: "我的",
    unread: "条未读",
    sign_in: "登录",
    search: "搜索",
    standard: "标准版",
    elder: "长辈版",
    auto: "跟随系统",
    light: "浅色",
    dark: "深色",
    interface: "界面",
    appearance: "外观",
    language: "语言",
    to_standard: "切换到标准版",
    to_elder: "切换到长辈版",
    error: "错误：",
    optional: "（选填）",
    year: "年",
    month: "月",
    day: "日",
    change: "修改",
    remove: "删除",
    later: "稍后再办",
    about: "关于本站",
    accessibility: "无障碍",
    privacy: "隐私",
    verify: "验证证照",
    hotline: "政务服务便民热线 12345",
};

static EN: Words = Words {
    staff_product: "Zhangban · Staff",
    skip: "Skip to content",
    back: "Back",
    main_nav: "Main",
    staff_nav: "Staff",
    breadcrumb: "You are here",
    home: "Home",
    services: "Services",
    messages: "Messages",
    me: "Me",
    unread: "unread",
    sign_in: "Sign in",
    search: "Search",
    standard: "Standard",
    elder: "Elder mode",
    auto: "Automatic",
    light: "Light",
    dark: "Dark",
    interface: "Layout",
    appearance: "Colours",
    language: "Language",
    to_standard: "Switch to the standard layout",
    to_elder: "Switch to elder mode",
    error: "Error: ",
    optional: "(optional)",
    year: "Year",
    month: "Month",
    day: "Day",
    change: "Change",
    remove: "Remove",
    later: "Later",
    about: "About",
    accessibility: "Accessibility",
    privacy: "Privacy",
    verify: "Check a certificate",
    hotline: "Government service hotline 12345",
};

impl Words {
    pub fn of(locale: Locale) -> &'static Words {
        match locale {
            Locale::Zh => &ZH,
            Locale::En => &EN,
        }
    }
}

/// The words in the language of the page: the [`Locale`] in context, else Chinese.
pub fn words() -> &'static Words {
    Words::of(use_context::<Locale>().unwrap_or_default())
}
