//! Chinese, traditional, Taiwan.

use fake::locales::{Data as _, ZH_TW};

use super::Source;

/// Given names of the `fake` crate and some more; family names of two characters: what lives or glows outdoors and a place; real
/// ones have one character but for a few.
pub(super) const SOURCE: Source = Source {
    women: "
    怡君 欣怡 雅雯 心怡 雅婷 雅惠 雅玲 靜怡 淑芬 淑惠 淑玲 美玲 麗華 秀英 美惠 惠君 佩君 佳穎 雅筑 詩涵 宜蓁 郁婷 詩婷 思妤 品妍 子晴 筱涵 婉婷 鈺婷 佳蓉 佩珊 淑娟 淑貞 淑華 秀琴 玉蘭
    秀蘭 月娥 麗珠 美珠 婷婷 雅文 孟潔 依婷 怡婷 怡如 筱婷 佳玲 慧君 文君",
    men: "
    志豪 家豪 志偉 俊宏 建宏 志明 俊傑 冠宇 冠廷 承恩 宗翰 柏翰 彥廷 家瑋 俊賢 文雄 明宏 信宏 智凱 建志 志宏 志強 文彬 俊男 宗憲 家銘 哲瑋 承翰 品睿 宥廷 柏宇 柏睿 冠霖 冠志 彥宏 彥君
    政宏 國華 金龍 正雄 進財 榮華 文德 明哲 建國 建成 永昌 俊豪 偉倫 育誠",
    given: ZH_TW::NAME_FIRST_NAME,
    family: (
        "
        霜 霧 虹 露 雹 霓 霞 鷺 鳶 鷸 鸛 雀 鷗 鵲 鸝 鴞 獺 貂 狸 鼬 獾 猞 鹿 麋 蜓 螢 蝶 蟾 螈 琥 珀 瑪 瑙 銅 磷 蕨 苔 杉 樺 榛 薇 薊 蘆 荻 菖",
        "
        沼 澤 谷 澗 崖 淵 崗 灘 窪 嶼 礁 峽 麓 坡 瀨 汀 浦 塢 壑 岫 溪 潭",
    ),
    streets: &["@路#號", "@街#號", "@巷#號"],
    towns: "
    台北市中正區=100; 台北市大安區=106; 新北市板橋區=220; 桃園市桃園區=330; 新竹市東區=300; 台中市中區=400; 彰化市=500; 南投市=540; 嘉義市西區=600;
    台南市中西區=700; 高雄市前金區=801; 屏東市=900; 宜蘭市=260; 花蓮市=970; 台東市=950; 基隆市仁愛區=200; 苗栗市=360; 斗六市=640; 澎湖縣馬公市=880;
    金門縣金城鎮=893; 台北市信義區=110; 台北市士林區=111; 新北市三重區=241; 新北市淡水區=251; 桃園市中壢區=320; 台中市西屯區=407; 台南市東區=701; 高雄市左營區=813",
    family_first: true,
};
