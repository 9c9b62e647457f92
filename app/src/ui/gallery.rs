//! `/demo/gallery`: every component in its states, for people who build and judge pages. Mode, theme and language are switched at the
//! top; reduced motion and contrast follow the device. Names and numbers are invented.

use axum::{Router, routing::get};
use domain::text::Locale;
use leptos::prelude::*;

use super::*;
use crate::{
    state::AppState,
    visit::{PageResult, Visit},
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo/gallery", get(gallery))
        .route("/demo/gallery/home", get(sample_home))
        .route("/demo/gallery/form", get(sample_form))
        .route("/demo/gallery/staff", get(sample_staff))
}

async fn gallery(visit: Visit) -> PageResult {
    let (frame, theme) = (sample_frame(&visit), visit.preferences.theme.name());
    visit.page(Say(visit.locale).t("组件", "Components"), || view! { <Gallery frame theme/> })
}

async fn sample_home(visit: Visit) -> PageResult {
    let frame = sample_frame(&visit);
    visit.page("", || view! { <SampleHome frame/> })
}

async fn sample_form(visit: Visit) -> PageResult {
    let frame = sample_frame(&visit);
    visit.page(
        Say(visit.locale).t("错误：核对并补充", "Error: check and complete"),
        || view! { <SampleForm frame/> },
    )
}

async fn sample_staff(visit: Visit) -> PageResult {
    let locale = visit.locale;
    visit.page(Say(locale).t("待办", "To do"), || view! { <SampleStaff locale/> })
}

fn sample_frame(visit: &Visit) -> Frame {
    let say = Say(visit.locale);
    Frame {
        region: Some(say.t("杭州市", "Hangzhou")),
        person: Some(say.t("林晓雨", "Lin Xiaoyu")),
        unread: 3,
        ..Frame::of(visit)
    }
}

/// Picks the words of the page's language.
#[derive(Clone, Copy)]
struct Say(Locale);

impl Say {
    fn t(self, zh: &'static str, en: &'static str) -> String {
        match self.0 {
            Locale::Zh => zh.to_owned(),
            Locale::En => en.to_owned(),
        }
    }
}

const QR: &str = r##"<svg viewBox="0 0 21 21" shape-rendering="crispEdges"><path d="M0 0h7v7H0zM14 0h7v7h-7zM0 14h7v7H0zM8 2h2v3H8zM11 0h1v4h-1zM8 8h3v2H8zM12 9h4v1h-4zM17 8h2v3h-2zM2 9h4v1H2zM8 12h1v5H8zM11 12h5v2h-5zM18 13h3v1h-3zM12 16h2v4h-2zM16 17h4v2h-4z"/><path fill="#fff" d="M1 1h5v5H1zM15 1h5v5h-5zM1 15h5v5H1z"/><path d="M2 2h3v3H2zM16 2h3v3h-3zM2 16h3v3H2z"/></svg>"##;

fn long(say: Say) -> String {
    say.t(
        "关于在本市行政区域内申请办理残疾人两项补贴（困难残疾人生活补贴和重度残疾人护理补贴）资格认定的申请",
        "Application for recognition of eligibility for the two disability allowances (living allowance and nursing allowance) within this city",
    )
}

fn tiles(say: Say) -> Vec<Tile> {
    let tile = |href: &str, label, note, icon, tone| Tile { href: href.into(), label, note, icon, tone };
    vec![
        tile(
            "/services",
            say.t("办事", "Services"),
            say.t("一证通办", "One certificate"),
            IconName::Document,
            Tone::Blue,
        ),
        tile(
            "/ask",
            say.t("咨询", "Ask"),
            say.t("有问必答", "Every question answered"),
            IconName::Chat,
            Tone::Jade,
        ),
        tile(
            "/complain",
            say.t("投诉", "Complain"),
            say.t("全程可查", "Followed to the end"),
            IconName::Flag,
            Tone::Orange,
        ),
        tile(
            "/pay",
            say.t("缴费", "Pay"),
            say.t("当场到账", "Settled at once"),
            IconName::Yuan,
            Tone::Violet,
        ),
    ]
}

fn themes(say: Say) -> Vec<Theme> {
    let theme = |label, icon, tone| Theme { href: "#themes".into(), label, icon, tone };
    vec![
        theme(say.t("生育", "Birth"), IconName::Baby, Tone::Orange),
        theme(say.t("入学", "School"), IconName::School, Tone::Blue),
        theme(say.t("就业", "Work"), IconName::Briefcase, Tone::Teal),
        theme(say.t("社保", "Insurance"), IconName::ShieldLock, Tone::Teal),
        theme(say.t("医疗", "Health"), IconName::Medical, Tone::Blue),
        theme(say.t("住房", "Housing"), IconName::House, Tone::Jade),
        theme(say.t("婚姻", "Marriage"), IconName::Heart, Tone::Red),
        theme(say.t("出行", "Travel"), IconName::Car, Tone::Violet),
        theme(say.t("养老", "Old age"), IconName::Elder, Tone::Amber),
        theme(say.t("身后", "Bereavement"), IconName::Flower, Tone::Slate),
    ]
}

fn facts(say: Say) -> Vec<Fact> {
    let contest = move || Some(("#contest".to_owned(), say.t("与实际不符", "This is wrong")));
    vec![
        Fact {
            name: say.t("姓名 · 身份号码", "Name · ID number"),
            value: say.t("林晓雨 · 3301********0021", "Lin Xiaoyu · 3301********0021"),
            source: say.t("人口库 · 今天 09:41", "Population register · today 09:41"),
            state: FactState::Given,
            contest: contest(),
        },
        Fact {
            name: say.t("居住地房屋", "Home"),
            value: say.t("正在等不动产库回复", "Waiting for the real estate register"),
            source: say.t("稍后自动补上，不影响您提交", "Filled in later; you can submit now"),
            state: FactState::Pending,
            contest: None,
        },
        Fact {
            name: say.t("居住年限", "Length of residence"),
            value: say.t("11 个月", "11 months"),
            source: say.t("您已提出：与实际不符", "You said this is wrong"),
            state: FactState::Contested,
            contest: None,
        },
        Fact {
            name: say.t("婚姻登记", "Marriage"),
            value: say.t("没有登记", "No entry"),
            source: say.t("婚姻登记库 · 今天 09:41", "Marriage register · today 09:41"),
            state: FactState::Absent,
            contest: contest(),
        },
    ]
}

fn case_table(say: Say) -> AnyView {
    let columns = vec![
        Column::new(say.t("时限", "Due"), ColumnKind::Mark),
        Column::new(say.t("办件号", "Reference"), ColumnKind::Plain),
        Column::new(say.t("事项", "Service"), ColumnKind::Lead),
        Column::new(say.t("申请人", "Applicant"), ColumnKind::Plain),
        Column::new(say.t("材料", "Evidence"), ColumnKind::Plain),
        Column::new(say.t("操作", "Action"), ColumnKind::Action),
    ];
    let rows = [
        (Tone::Red, say.t("剩 3 小时", "3 hours left"), "ZB-2M8-K4T-7", say.t("食品经营许可（新办）", "Food business licence (new)"), say.t("杭州湖*餐饮有限公司", "Hangzhou Hu* Catering Ltd"), "8 / 8"),
        (Tone::Amber, say.t("剩 1 天", "1 day left"), "ZB-9FD-3QX-1", say.t("居住证签注", "Residence permit endorsement"), say.t("陈*", "Chen *"), "3 / 4"),
        (Tone::Slate, say.t("已暂停", "Paused"), "ZB-1LP-6VN-3", long(say), say.t("何*", "He *"), "5 / 5"),
    ]
    .into_iter()
    .map(|(tone, due, reference, service, who, evidence)| {
        vec![
            view! { <Tag label=due tone/> }.into_any(),
            view! { <span class="num">{reference}</span> }.into_any(),
            service.into_any(),
            who.into_any(),
            evidence.into_any(),
            view! { <a href="#case">{say.t("办理", "Open")}<span class="visually-hidden">" "{reference}</span></a> }.into_any(),
        ]
    })
    .collect();
    view! { <Table caption=say.t("待办的办件", "Cases to do") columns=columns rows=rows/> }.into_any()
}

/// The gallery. `theme` is `light`, `dark` or `auto`.
#[component]
fn Gallery(frame: Frame, #[prop(into)] theme: String) -> impl IntoView {
    let say = Say(frame.locale);
    let (locale, elder, here) = (frame.locale, frame.elder, frame.here.clone());
    view! {
            <CitizenLayout frame bar_title=say.t("组件", "Components") back="/" place=Place::Home>
                <PageHead title=say.t("组件与状态", "Components and their states") lead=say.t("每个组件都在这里，换一种版式、明暗或语言再看一遍。", "Every component is here. Look again in another mode, theme and language.")/>
                <Card title=say.t("显示", "Display")>
                    <div>
                        <ModeSwitch elder next=here.clone()/>
                        <ThemeSwitch theme next=here.clone()/>
                        <LanguageSwitch locale next=here/>
                    </div>
                    <p>
                        <a href="/demo/gallery/home">{say.t("首页样张", "Home page")}</a>
                        " · "
                        <a href="/demo/gallery/form">{say.t("表单样张", "Form page")}</a>
                        " · "
                        <a href="/demo/gallery/staff">{say.t("办公样张", "Staff page")}</a>
                    </p>
                </Card>
                {marks(say).into_any()}
                {lists(say).into_any()}
                {fields(say, false).into_any()}
                {fields(say, true).into_any()}
                {progress(say).into_any()}
                {certificates(say).into_any()}
                {states(say).into_any()}
                {figures(say).into_any()}
    {reviews(say).into_any()}
                {icons(say).into_any()}
            </CitizenLayout>
        }
}

fn marks(say: Say) -> impl IntoView {
    view! {
        <Section title=say.t("按钮", "Buttons")>
            <Card>
                <div class="row">
                    <ButtonLink href="#a" label=say.t("立即办理", "Apply now")/>
                    <ButtonLink href="#a" label=say.t("下载 PDF", "Download PDF") kind=ButtonKind::Secondary icon=IconName::Download/>
                    <ButtonLink href="#a" label=say.t("稍后再办", "Later") kind=ButtonKind::Quiet/>
                    <SubmitButton label=say.t("撤回申请", "Withdraw") kind=ButtonKind::Danger/>
                    <SubmitButton label=say.t("亮证", "Show") small=true icon=IconName::Qr/>
                    <button type="button" class="btn" disabled=true>{say.t("不能提交", "Not possible")}</button>
                </div>
                <ButtonLink href="#a" label=long(say) block=true/>
            </Card>
        </Section>
        <Section title=say.t("标签与筛选", "Tags and filters")>
            <Card>
                <div class="row">
                    {Tone::ALL.into_iter().map(|tone| view! { <Tag label=format!("{tone:?}") tone/> }).collect_view()}
                </div>
                <div class="row">
                    <Tag label=say.t("一证通办", "One certificate") tone=Tone::Jade line=true/>
                    <Tag label=say.t("零次跑", "No visit") tone=Tone::Blue line=true/>
                    <Tag label=say.t("秒办", "Instant") tone=Tone::Amber icon=IconName::Bolt line=true/>
                    <Tag label=say.t("免费", "Free") tone=Tone::Jade line=true/>
                </div>
                <Tabs
                    label=say.t("办件状态", "State of cases")
                    links=vec![
                        TabLink { href: "#t1".into(), label: say.t("办理中", "Under way"), count: Some(2), current: true },
                        TabLink { href: "#t2".into(), label: say.t("已办结", "Closed"), count: Some(14), current: false },
                        TabLink { href: "#t3".into(), label: say.t("草稿", "Drafts"), count: None, current: false },
                    ]
                />
            </Card>
            <Filters
                label=say.t("主题", "Theme")
                links=vec![
                    TabLink { href: "#f1".into(), label: say.t("全部", "All"), count: Some(352), current: true },
                    TabLink { href: "#f2".into(), label: say.t("个人", "People"), count: None, current: false },
                    TabLink { href: "#f3".into(), label: say.t("法人", "Entities"), count: None, current: false },
                    TabLink { href: "#f4".into(), label: say.t("秒办", "Instant"), count: Some(12), current: false },
                ]
            />
        </Section>
        <Section title=say.t("提示", "Alerts")>
            <div class="stack">
                <Notice text=say.t("已保存，您可以随时回来接着办。", "Saved. You can go on at any time.") href="#n" link=say.t("查看", "See it")/>
                <Alert title=say.t("需要您留意", "Please note")>{say.t("本月 30 日晚 10 时起系统维护两小时。", "The system is in maintenance for two hours from 10 p.m. on the 30th.")}</Alert>
                <Alert title=say.t("已经办好", "Done") kind=AlertKind::Success/>
                <Alert title=say.t("还有 1 项信息没有回来", "One value is still missing") kind=AlertKind::Warning>{long(say)}</Alert>
                <Alert title=say.t("没有提交成功", "Not submitted") kind=AlertKind::Error>{say.t("您填的内容都还在，请再试一次。", "Everything you typed is still here. Please try again.")}</Alert>
                <Alert title=say.t("现在没有网络", "You are offline") kind=AlertKind::Offline>{say.t("可以继续验证已经打开的证照。", "You can still check certificates that are open.")}</Alert>
                <Faq>
                    <Disclosure summary=say.t("过期了还能签注吗？", "Can I still endorse it after it expired?") open=true>
                        <p>{say.t("可以补办签注手续；补办后恢复使用。", "Yes. It can be used again after a late endorsement.")}</p>
                    </Disclosure>
                    <Disclosure summary=long(say)>
                        <p>{say.t("先办居住地变更登记。", "Register the change of address first.")}</p>
                    </Disclosure>
                </Faq>
                <Disclosure summary=say.t("为什么要问这个？", "Why do you ask this?") plain=true>
                    <p>{say.t("没有任何登记库知道它。", "No register knows it.")}</p>
                </Disclosure>
            </div>
        </Section>
    }
}

fn lists(say: Say) -> impl IntoView {
    let tag = move |label, tone| view! { <Tag label tone/> }.into_any();
    view! {
        <Section title=say.t("四大入口与主题", "Core and themes")>
            <div class="stack">
                <TileGrid tiles=tiles(say)/>
                <ThemeGrid themes=themes(say)/>
                <Promo href="#promo" title=say.t("带身份证就够了", "Your ID card is enough") text=say.t("其他材料我们来取", "We fetch the rest")/>
            </div>
        </Section>
        <Section title=say.t("列表", "Lists") more_href="#all" more=say.t("全部", "All")>
            <div class="stack">
                <List>
                    <ListRow href="#r" title=say.t("居住证签注", "Residence permit endorsement") note=say.t("请在 11 月 27 日前补充居住地址", "Add your address by 27 November") end=tag(say.t("待补正", "To supplement"), Tone::Amber)/>
                    <ListRow href="#r" title=long(say) note=long(say) end=tag(say.t("办理中", "Under way"), Tone::Blue)/>
                    <ListRow href="#r" unread=true title=say.t("您的居住证已签注", "Your permit was endorsed") note=say.t("今天 09:12", "Today 09:12") tags=tag(say.t("已办结", "Closed"), Tone::Jade)/>
                    <ListRow title=say.t("不是链接的一行", "A row that is no link") note=say.t("只读", "Read only")/>
                </List>
                <List small=true>
                    <ListRow href="#r" icon=IconName::EyeCheck title=say.t("谁看过我的信息", "Who read my data") end=say.t("本月 6 次", "6 this month").into_any()/>
                    <ListRow href="#r" icon=IconName::ShieldLock tone=Tone::Jade title=say.t("授权管理", "Consents") end=say.t("3 项", "3").into_any()/>
                </List>
            </div>
        </Section>
        <Section title=say.t("我的", "Me")>
            <div class="stack">
                <ProfileCard name=say.t("林晓雨", "Lin Xiaoyu") id="3301********0021" badge=say.t("已实名", "Verified")/>
            </div>
        </Section>
    }
}

fn fields(say: Say, wrong: bool) -> impl IntoView {
    let id = move |name: &str| if wrong { format!("{name}-wrong") } else { name.to_owned() };
    let error = move |zh, en| wrong.then(|| say.t(zh, en));
    let title =
        if wrong { say.t("字段：有错误", "Fields with errors") } else { say.t("字段", "Fields") };
    let delivery = vec![
        Choice::new("electronic", say.t("电子居住证", "Electronic permit"))
            .hint(say.t("马上可用，在卡包里出示", "Usable at once, from your wallet")),
        Choice::new("post", say.t("邮寄实体证", "By post")).hint(say.t("3 个工作日", "3 working days")),
        Choice {
            disabled: true,
            ..Choice::new("window", say.t("窗口领取（今天已停）", "At the counter (closed today)"))
        },
    ];
    let uses = vec![
        Choice::new("school", say.t("子女入学", "A child's school")),
        Choice::new("car", say.t("小客车摇号", "Car registration lottery")),
    ];
    let sent = SentFile {
        name: say.t("租房合同 第 1 页.jpg", "lease-page-1.jpg"),
        href: "#lease-1".into(),
        size: "2.1 MB".into(),
        remove: id("lease-1"),
    };
    let errors = if wrong {
        vec![
            ErrorLink {
                field: id("door"),
                text: say
                    .t("请填写到门牌号，例如 8 幢 402 室", "Enter the door, such as Building 8, Room 402"),
            },
            ErrorLink {
                field: id("delivery"),
                text: say.t("请选择一种取证方式", "Choose how to receive it"),
            },
        ]
    } else {
        vec![]
    };
    view! {
        <Section title=title>
            <div class="form">
                <ErrorSummary title=say.t("有 2 处需要改一下", "Two things to correct") errors/>
                <TextField name=id("door") label=say.t("现住址门牌", "Door") value=say.t("8 幢", "Building 8") hint=say.t("不用写省市区", "Without province, city and district") error=error("请填写到门牌号，例如 8 幢 402 室", "Enter the door, such as Building 8, Room 402")/>
                <TextField name=id("phone") label=say.t("手机号", "Phone") kind=TextKind::Phone width=Width::Twelve optional=true error=error("手机号应为 11 位数字", "A phone number has 11 digits")/>
                <CodeField name=id("code") label=say.t("短信验证码", "Code from the SMS") hint=say.t("10 分钟内有效", "Valid for 10 minutes") error=error("验证码不对，还可以再试 2 次", "Wrong code; you can try twice more") action=view! { <SubmitButton label=say.t("重新发送", "Send again") kind=ButtonKind::Secondary small=true/> }.into_any()/>
                <PasswordField name=id("password") label=say.t("密码", "Password") error=error("密码至少 15 个字符", "At least 15 characters")/>
                <MoneyField name=id("rent") label=say.t("月租金", "Monthly rent") value="2600" optional=true error=error("请填写金额，例如 2600", "Enter an amount, such as 2600")/>
                <TextField name=id("area") label=say.t("建筑面积", "Floor area") kind=TextKind::Decimal suffix=say.t("平方米", "m²") error=error("请填写大于 0 的数", "Enter a number above 0")/>
                <DateField name=id("since") label=say.t("入住日期", "Moved in on") year="2025" month="3" hint=say.t("例如 2025 年 3 月 12 日", "For example 2025 3 12") error=error("请补上日", "Add the day")/>
                <TextField name=id("from") label=say.t("开始日期", "From") kind=TextKind::Date width=Width::Twelve error=error("日期不能晚于今天", "Not later than today")/>
                <SelectField name=id("relation") label=say.t("与房东的关系", "Relation to the owner") prompt=say.t("请选择", "Choose") choices=vec![Choice::new("rent", say.t("租住", "Tenant")), Choice::new("family", say.t("亲属", "Relative"))] error=error("请选择一项", "Choose one")/>
                <RadioCards name=id("delivery") legend=say.t("取证方式", "How to receive it") value=if wrong { "" } else { "electronic" } choices=delivery error=error("请选择一种取证方式", "Choose how to receive it")/>
                <CheckboxCards name=id("uses") legend=say.t("用于（可多选）", "Used for") pairs=true values=vec!["school".into()] choices=uses error=error("请至少选择一项", "Choose at least one")/>
                <FileField name=id("lease") label=say.t("租房合同", "Lease") hint=say.t("照片或 PDF，不超过 10 MB", "Photo or PDF, up to 10 MB") sent=vec![sent] error=error("这不是图片或 PDF", "This is no picture or PDF")/>
                <TextArea name=id("note") label=say.t("还想说明的", "Anything else") value=long(say) optional=true error=error("最多 2000 字", "Up to 2000 characters")/>
                <Group legend=say.t("同住人 1", "Housemate 1")>
                    <TextField name=id("mate-name") label=say.t("姓名", "Name") kind=TextKind::Name/>
                    <TextField name=id("mate-id") label=say.t("身份号码", "ID number") kind=TextKind::ResidentId maxlength=18/>
                </Group>
            </div>
        </Section>
    }
}

fn progress(say: Say) -> impl IntoView {
    let event = |title, note, body: Option<String>, state| Event { title, note, body, state };
    view! {
        <Section title=say.t("过程", "Progress")>
            <div class="columns columns-even">
                <div class="stack">
                    <Steps at=2 of=4 text=say.t("第 2 步，共 4 步 · 已自动填好 9 项，只剩 2 项要您填", "Step 2 of 4 · 9 answers filled in, 2 left for you")/>
                    <FactList title=say.t("我们为您取到的信息", "What we fetched for you") facts=facts(say)/>
                    <SummaryList
                        title=say.t("您的回答", "Your answers")
                        rows=vec![
                            SummaryRow { name: say.t("现住址门牌", "Door"), value: say.t("8 幢 402 室", "Building 8, Room 402"), change: Some("#door".into()) },
                            SummaryRow { name: say.t("说明", "Note"), value: long(say), change: Some("#note".into()) },
                            SummaryRow { name: say.t("材料", "Files"), value: say.t("租房合同 第 1 页.jpg\n租房合同 第 2 页.jpg", "lease-page-1.jpg\nlease-page-2.jpg"), change: None },
                        ]
                    />
                </div>
                <div class="stack">
                    <KeyFigures figures=vec![
                        KeyFigure { name: say.t("承诺办结", "Promised in"), value: "1".into(), unit: say.t("个工作日", "working day"), tone: Some(Tone::Jade) },
                        KeyFigure { name: say.t("费用", "Fee"), value: say.t("免费", "Free"), tone: Some(Tone::Jade), ..KeyFigure::default() },
                        KeyFigure { name: say.t("需要您带", "You bring"), value: "0".into(), unit: say.t("份材料", "papers"), tone: None },
                        KeyFigure { name: say.t("到现场", "Visits"), value: "0".into(), unit: say.t("次", ""), tone: None },
                    ]/>
                    <Card>
                        <BigNumber number="0" title=say.t("什么都不用带", "Nothing to bring") text=say.t("下面这些由我们替您取", "We fetch these for you")/>
                        <Ticks items=vec![
                            TickItem { text: say.t("姓名、身份号码", "Name and ID number"), note: say.t("来自人口库", "Population register"), ..TickItem::default() },
                            TickItem { text: say.t("居住地房屋", "Home"), note: say.t("库没有回复时稍后补上", "Filled in later if the register is away"), icon: Some(IconName::Clock), tone: Some(Tone::Amber) },
                        ]/>
                    </Card>
                    <Card title=say.t("怎么办", "How")>
                        <HowTo steps=vec![
                            (say.t("确认信息", "Confirm"), say.t("看一遍我们取到的信息", "Look at what we fetched")),
                            (say.t("填 2 项", "Answer two questions"), say.t("门牌、取证方式", "Door and delivery")),
                            (say.t("等结果", "Wait"), say.t("1 个工作日内办结", "One working day")),
                        ]/>
                    </Card>
                    <Card title=say.t("经过", "What happened")>
                        <Timeline events=vec![
                            event(say.t("您提交了申请", "You applied"), "11-20 09:43".into(), None, EventState::Done),
                            event(say.t("不予签注", "Refused"), "11-21 10:05".into(), Some(long(say)), EventState::Stopped),
                            event(say.t("正在复核", "Under review"), "11-22 11:30".into(), None, EventState::Now),
                            event(say.t("请您评价", "Your rating"), say.t("办结以后", "After closing"), None, EventState::Next),
                        ]/>
                    </Card>
                </div>
            </div>
            <div class="stack">
                <Confirmation title=say.t("已提交", "Submitted") reference_label=say.t("办件号", "Reference") reference="ZB-7K3-9QD-2">
                    <p class="muted">{say.t("11 月 24 日前给您结果，我们会发短信。", "You hear from us by 24 November, by SMS.")}</p>
                </Confirmation>
            </div>
        </Section>
    }
}

fn certificates(say: Say) -> impl IntoView {
    let row = move |zh: &'static str, en: &'static str, value: String| (say.t(zh, en), value);
    let permit = move || {
        vec![
            row("证号", "Number", "3301********0021".into()),
            row("有效期", "Valid", say.t("2026-11-23 至 2027-11-22", "2026-11-23 to 2027-11-22")),
            row(
                "签发",
                "Issued by",
                say.t("杭州市公安局西湖区分局", "Hangzhou Public Security Bureau, Xihu branch"),
            ),
        ]
    };
    let holder = say.t("林晓雨", "Lin Xiaoyu");
    let valid = say.t("有效", "Valid");
    let small = move |zh, en, color| {
        view! { <CertificateCard href="#cert" name=say.t(zh, en) holder=say.t("林晓雨", "Lin Xiaoyu") state=say.t("有效", "Valid") color/> }.into_any()
    };
    let cards = vec![
        small("浙江省居住证", "Residence permit", CertificateColor::Blue),
        small("养老保险参保证明", "Proof of pension insurance", CertificateColor::Jade),
        small("婚姻登记证明", "Proof of marriage registration", CertificateColor::Violet),
        small("公积金缴存证明", "Proof of housing fund deposits", CertificateColor::Teal),
        view! { <CertificateCard href="#cert" name=long(say) holder=say.t("林晓雨", "Lin Xiaoyu") state=say.t("已过期", "Expired") valid=false/> }.into_any(),
    ];
    let verdict = move |kind, zh, en| view! { <Verdict kind title=say.t(zh, en) text=say.t("核验于今天 09:41", "Checked today 09:41") note=say.t("没有用网络", "Checked without network")/> };
    view! {
        <Section title=say.t("证照", "Certificates")>
            <div class="columns columns-even">
                <CertificateCard name=say.t("浙江省居住证（电子）", "Residence permit (electronic)") holder=holder.clone() rows=permit() state=valid/>
                <Card>
                    <QrFigure svg=QR.to_owned() label=say.t("核验二维码", "QR code for checking") caption=say.t("出示给对方扫一扫，只显示您同意的内容", "Let others scan it; it shows only what you agreed to")/>
                </Card>
            </div>
            <ul class="cert-grid">{cards.into_iter().map(|card| view! { <li>{card}</li> }).collect_view()}</ul>
            <div class="columns columns-even">
                // One page has one verdict; here its heading stands five times.
                {verdict(VerdictKind::Valid, "证照有效", "Valid")} {verdict(VerdictKind::Expired, "证照已过期", "Expired")}
                {verdict(VerdictKind::Revoked, "证照已吊销", "Revoked")} {verdict(VerdictKind::Altered, "内容被改动过", "Altered")}
                {verdict(VerdictKind::Foreign, "不认识签发单位", "Unknown issuer")}
            </div>
        </Section>
    }
}

fn states(say: Say) -> impl IntoView {
    view! {
        <Section title=say.t("空、出错、离线", "Empty, error, offline")>
            <div class="columns columns-even">
                <EmptyState title=say.t("还没有办件", "No cases yet") text=say.t("从首页选一件事，大约三分钟办好。", "Pick a service; most take three minutes.")>
                    <ButtonLink href="/services" label=say.t("去办事", "Find a service") small=true/>
                </EmptyState>
                <EmptyState title=say.t("没有找到“水电过户”", "Nothing found for “transfer meter”") text=say.t("换个说法，或者直接问我们。", "Try other words, or ask us.") icon=IconName::Search tone=Tone::Slate>
                    <ButtonLink href="/ask" label=say.t("去咨询", "Ask") kind=ButtonKind::Secondary small=true/>
                </EmptyState>
                <EmptyState title=say.t("页面出了问题", "Something went wrong") text=say.t("不是您的错。我们已经收到报告，请稍后再试。", "It is not your fault. We have the report; please try again later.") icon=IconName::Warning tone=Tone::Red>
                    <ButtonLink href="#again" label=say.t("再试一次", "Try again") icon=IconName::Refresh kind=ButtonKind::Secondary small=true/>
                </EmptyState>
                <EmptyState title=say.t("现在没有网络", "You are offline") text=say.t("您填的内容已经保存，连上网后接着办。", "What you typed is saved; go on when you are back.") icon=IconName::Offline tone=Tone::Slate/>
            </div>
        </Section>
    }
}

fn figures(say: Say) -> impl IntoView {
    view! {
        <Section title=say.t("办公", "Staff")>
            <div class="stack">
                {stats(say).into_any()}
                <SearchForm action="/demo/gallery" label=say.t("搜索办件", "Search cases") placeholder=say.t("办件号、申请人", "Reference, applicant") plain=true/>
                {case_table(say)}
            </div>
        </Section>
    }
}

fn stats(say: Say) -> impl IntoView {
    view! {
        <Stats>
            <StatCard label=say.t("今日收件", "Received today") value="184" note=say.t("秒办 61 %", "61 % instant")/>
            <StatCard label=say.t("按时办结", "Closed on time") value="99.2" unit="%" note=say.t("近 30 天", "Last 30 days")/>
            <StatCard label=say.t("办理时长 p90", "Time to close, p90") value="1.8" unit=say.t("天", "days") note=say.t("承诺 5 天", "Promised: 5")/>
            <StatCard label=say.t("自动填报率", "Filled in for people") value="87" unit="%" note=say.t("比上月多 3 %", "3 % up") trend=Trend::Good/>
            <StatCard label=say.t("好评率", "Satisfied") value="98.6" unit="%" note=say.t("整改 1 件", "1 to remedy") trend=Trend::Bad/>
        </Stats>
    }
}

fn reviews(say: Say) -> impl IntoView {
    let grade = |value: &str, zh, en, icon, tone, tags| GradeChoice {
        value: value.to_owned(),
        label: say.t(zh, en),
        icon,
        tone,
        tags,
    };
    let grades = vec![
        grade("5", "非常满意", "Very satisfied", IconName::FaceHappy, Tone::Jade, "good"),
        grade("4", "满意", "Satisfied", IconName::FaceSmile, Tone::Teal, "good"),
        grade("3", "基本满意", "Fairly satisfied", IconName::FaceFlat, Tone::Amber, "fair"),
        grade("2", "不满意", "Dissatisfied", IconName::FaceSad, Tone::Orange, "bad"),
        grade("1", "非常不满意", "Very dissatisfied", IconName::FaceAngry, Tone::Red, "bad"),
    ];
    let shares = [71, 22, 5, 2, 0];
    let bars = grades
        .iter()
        .zip(shares)
        .map(|(grade, percent)| Bar {
            label: grade.label.clone(),
            percent,
            count: percent * 4,
            tone: grade.tone,
        })
        .collect();
    let late = vec![Choice::new("late", say.t("超过承诺时间", "Later than promised"))];
    let heads = [say.t("满意程度", "Grade"), say.t("占比", "Share"), say.t("评价数", "Reviews")];
    let step = |n: i64| (format!("11-{n:02}"), format!("2026-11-{n:02}"));
    let lines = ChartData {
        steps: (1..=14).map(step).collect(),
        series: vec![
            (say.t("收件", "Received"), (1..=14).map(|n| 30 + n * 7 % 23).collect()),
            (say.t("办结", "Closed"), (1..=14).map(|n| 26 + n * 5 % 29).collect()),
        ],
        what: say.t("日期", "Day"),
    };
    let columns = ChartData {
        steps: (0..8).map(|n| (n.to_string(), n.to_string())).collect(),
        series: vec![(say.t("办件", "Cases"), vec![31, 22, 18, 9, 4, 2, 1, 0])],
        what: say.t("工作日", "Working days"),
    };
    view! {
        <Section title=say.t("评价", "Reviews")>
            <div class="stack review-form">
                <GradeCards name="g-grade" legend=say.t("您满意吗？", "How satisfied are you?") grades value="2"/>
                <GradeTags tags="bad">
                    <CheckboxCards name="g-tags" legend=say.t("哪些方面？", "What with?") choices=late optional=true/>
                </GradeTags>
                <Card><Bars caption=say.t("各档占比", "Shares of the grades") heads bars/></Card>
            </div>
        </Section>
        <Section title=say.t("图表", "Charts")>
            <div class="figures-charts">
                <Card><LineChart id="g-line" title=say.t("每日办件", "Cases by day") description=say.t("收件和办结。", "Received and closed.") data=lines/></Card>
                <Card><ColumnChart id="g-days" title=say.t("办理用时", "How long cases took") description=say.t("按工作日。", "By working days.") data=columns/></Card>
            </div>
        </Section>
    }
}

fn icons(say: Say) -> impl IntoView {
    view! {
        <Section title=say.t("图标", "Icons")>
            <div class="card row">{IconName::ALL.iter().map(|name| view! { <Icon name=*name size=IconSize::Large/> }).collect_view()}</div>
        </Section>
    }
}

/// A home page as it should be.
#[component]
fn SampleHome(frame: Frame) -> impl IntoView {
    let say = Say(frame.locale);
    let tag = move |label, tone| view! { <Tag label tone/> }.into_any();
    let badge = move |label, tone| view! { <Tag label tone line=true/> }.into_any();
    let todo = view! {
        <Section title=say.t("我的待办", "To do") more_href="#todo" more=say.t("全部 3", "All 3")>
            <List>
                <ListRow href="#1" title=say.t("居住证签注", "Residence permit endorsement") note=say.t("请在 11 月 27 日前补充居住地址", "Add your address by 27 November") end=tag(say.t("待补正", "To supplement"), Tone::Amber)/>
                <ListRow href="#2" title=say.t("新生儿出生一件事", "A child is born") note=say.t("4 个部门已办结 3 个", "3 of 4 departments are done") end=tag(say.t("办理中", "Under way"), Tone::Blue)/>
                <ListRow href="#3" title=say.t("城乡居民医保缴费", "Medical insurance payment") note=say.t("12 月 31 日截止", "By 31 December") end=tag(say.t("待缴费", "To pay"), Tone::Red)/>
            </List>
        </Section>
    };
    let hot = vec![
        ("#h1".to_owned(), say.t("身份证补领", "Lost ID card")),
        ("#h2".to_owned(), say.t("居住证", "Residence permit")),
        ("#h3".to_owned(), say.t("公积金提取", "Housing fund")),
    ];
    view! {
        <HomeLayout frame greeting=say.t("早上好，晓雨", "Good morning, Xiaoyu") search_label=say.t("搜索服务", "Search services") search_placeholder=say.t("身份证丢了怎么办", "I lost my ID card") hot_label=say.t("大家在办", "Popular") hot>
            <TileGrid tiles=tiles(say) lift=true/>
            <SideColumns side=todo.into_any()>
                <Promo href="#promo" title=say.t("带身份证就够了", "Your ID card is enough") text=say.t("其他材料我们来取", "We fetch the rest")/>
                <Section title=say.t("按人生大事找", "By the big things of life") more_href="#all" more=say.t("全部服务", "All services")>
                    <ThemeGrid themes=themes(say)/>
                </Section>
                <Section title=say.t("马上就能办好", "Done at once") more_href="#instant" more=say.t("更多", "More")>
                    <List>
                        <ListRow href="#s1" title=say.t("养老保险缴费证明打印", "Proof of pension payments") note=say.t("人社 · 打开就能下载", "Human resources · download at once") tags=badge(say.t("秒办", "Instant"), Tone::Amber)/>
                        <ListRow href="#s2" title=say.t("住房公积金租房提取", "Housing fund for rent") note=say.t("公积金中心", "Housing fund centre") tags=badge(say.t("一证通办", "One certificate"), Tone::Jade)/>
                    </List>
                </Section>
            </SideColumns>
        </HomeLayout>
    }
}

/// A step of a form with errors, as it should be.
#[component]
fn SampleForm(frame: Frame) -> impl IntoView {
    let say = Say(frame.locale);
    let wrong = say.t("请填写到门牌号，例如 8 幢 402 室", "Enter the door, such as Building 8, Room 402");
    let errors = vec![ErrorLink { field: "door".into(), text: wrong.clone() }];
    view! {
        <FlowLayout
            frame
            service=say.t("居住证签注", "Residence permit endorsement")
            back="/demo/gallery"
            later=Later::Link("/demo/gallery".into())
            action="/demo/gallery/form"
            steps=view! { <Steps at=2 of=4 text=say.t("第 2 步，共 4 步 · 只剩 2 项要您填", "Step 2 of 4 · 2 left for you")/> }.into_any()
            errors=view! { <ErrorSummary title=say.t("有 1 处需要改一下", "One thing to correct") errors/> }.into_any()
            actions=view! { <SubmitButton label=say.t("下一步：核对并提交", "Next: check and submit")/> }.into_any()
        >
            <h1>{say.t("核对并补充", "Check and complete")}</h1>
            <FactList title=say.t("我们为您取到的信息", "What we fetched for you") facts=facts(say)/>
            <div class="form">
                <TextField name="door" label=say.t("现住址门牌", "Door") value=say.t("8 幢", "Building 8") error=wrong/>
                <RadioCards name="delivery" legend=say.t("取证方式", "How to receive it") value="electronic" choices=vec![Choice::new("electronic", say.t("电子居住证（马上可用）", "Electronic (at once)")), Choice::new("post", say.t("邮寄实体证（3 个工作日）", "By post (3 working days)"))]/>
            </div>
        </FlowLayout>
    }
}

/// A queue of staff, as it should be.
#[component]
fn SampleStaff(locale: Locale) -> impl IntoView {
    let say = Say(locale);
    let link = |label, icon, count, current| StaffLink { href: "#nav".into(), label, icon, count, current };
    let frame = StaffFrame {
        person: say.t("周一鸣", "Zhou Yiming"),
        organisation: say.t("杭州市 / 西湖区 / 北山街道", "Hangzhou / Xihu / Beishan"),
        acting: Some(say.t("代岗：王敏 → 您，至 11-30", "Acting for Wang Min until 11-30")),
        nav: vec![
            link(say.t("待办", "To do"), IconName::Inbox, Some(23), true),
            link(say.t("办件", "Cases"), IconName::Checklist, None, false),
            link(say.t("投诉", "Complaints"), IconName::Flag, Some(7), false),
            link(say.t("咨询", "Questions"), IconName::Chat, Some(12), false),
            link(say.t("事项目录", "Catalogue"), IconName::Document, None, false),
            link(say.t("数据看板", "Figures"), IconName::Chart, None, false),
        ],
    };
    view! {
        <StaffLayout frame>
            <PageHead title=say.t("待办", "To do")/>
            {stats(say).into_any()}
            <div class="section">
                <Toolbar>
                    <SearchForm action="/demo/gallery/staff" label=say.t("搜索办件", "Search cases") placeholder=say.t("办件号、申请人", "Reference, applicant") plain=true/>
                    <Filters
                        label=say.t("筛选", "Filter")
                        links=vec![
                            TabLink { href: "#q1".into(), label: say.t("全部", "All"), count: Some(23), current: true },
                            TabLink { href: "#q2".into(), label: say.t("快到期", "Due soon"), count: Some(4), current: false },
                        ]
                    />
                </Toolbar>
                {case_table(say)}
            </div>
        </StaffLayout>
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use super::*;
    use crate::assets::Assets;

    fn html<V: IntoView>(locale: Locale, page: impl FnOnce(Frame) -> V) -> String {
        let owner = Owner::new_root(None);
        owner.with(|| {
            provide_context(locale);
            provide_context(Arc::new(Assets::default()));
            let frame =
                Frame { locale, here: "/demo/gallery".into(), site: "Zhangban".into(), ..Frame::default() };
            page(frame).into_view().to_html()
        })
    }

    fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
        let start = format!(" {attribute}=\"");
        html.match_indices(&start)
            .map(|(at, _)| {
                let rest = &html[at + start.len()..];
                &rest[..rest.find('"').unwrap()]
            })
            .collect()
    }

    /// Ids are unique, and everything that points to an id points to one that is there.
    #[test]
    fn labels_hints_and_errors_are_tied_to_their_fields() {
        for locale in Locale::ALL {
            for page in [
                html(locale, |frame| view! { <Gallery frame theme="auto"/> }),
                html(locale, |frame| view! { <SampleForm frame/> }),
                html(locale, |frame| view! { <SampleHome frame/> }),
            ] {
                let ids = values(&page, "id");
                let unique: BTreeSet<_> = ids.iter().copied().collect();
                assert_eq!(ids.len(), unique.len(), "an id stands twice");
                for attribute in ["for", "aria-describedby", "aria-labelledby", "popovertarget"] {
                    for target in values(&page, attribute).into_iter().flat_map(str::split_whitespace) {
                        assert!(unique.contains(target), "{attribute} names {target}, which is not there");
                    }
                }
            }
        }
    }

    /// The policy of the site forbids both.
    #[test]
    fn no_component_writes_inline_style_or_script() {
        for locale in Locale::ALL {
            let page = html(locale, |frame| view! { <Gallery frame theme="auto"/> });
            assert!(values(&page, "style").is_empty());
            assert!(!page.contains("<script") && !page.contains(" onclick"));
        }
    }

    #[test]
    fn what_was_typed_is_shown_as_text() {
        let typed = "</textarea><script>alert(1)</script>\"";
        let page = html(Locale::Zh, move |_| {
            view! {
                <TextArea name="a" label="a" value=typed/>
                <TextField name="b" label="b" value=typed/>
                <SummaryList rows=vec![SummaryRow { name: "c".into(), value: typed.into(), change: None }]/>
            }
        });
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("</textarea>").count(), 1);
    }
}
