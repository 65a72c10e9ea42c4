//! Turkish.

use fake::locales::{Data as _, TR_TR};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Ayşe Fatma Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Merve Havva Zeliha Esra Fadime Özlem
    Hacer Melek Yasemin Hülya Sevim Gülsüm Leyla Aysel Songül Kübra Büşra Dilek Derya Gamze Tuğba Sevgi Ebru
    Pınar Aslı Burcu Nurcan Filiz Gül Aynur Sibel Serpil Selma Nesrin Gülay Sevda Canan Ceren Defne Ece Ecrin
    Hiranur Irmak İpek Nehir Nil Nisa Pelin Rabia Rüya Seda Selin Simge Sinem Şebnem Tülay Yağmur Zümra",
    men: "
    Ahmet Mehmet Mustafa Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman
    Abdullah Mahmut Recep Salih Fatih Kadir Emre Hakan Adem Kemal Yaşar Bekir Musa Metin Orhan Bayram Serkan
    Erkan Sedat Tuncay Tolga Volkan Gökhan Uğur Selim Sinan Serdar Levent Kerem Kaan Burak Berk Barış Arda
    Alper Akın Ayhan Bülent Cem Cemal Cengiz Ender Engin Ercan Erdal Erol Ferhat Haluk İlhan Koray Necati Oktay
    Onur Özgür Ramiz Rıza Tarık Taner Turgut Umut Yavuz Yiğit Zafer",
    given: TR_TR::NAME_FIRST_NAME,
    family: (
        "
        Kunduz Vaşak İbibik Yalıçapkını Balıkçıl Karatavuk Sığırcık Saksağan Kızılgerdan İspinoz Saka Flamingo
        Pelikan Turna Leylek Kelaynak Karabatak Samur Sansar Porsuk Kirpi Sincap Semender Kehribar Kuvars Bakır
        Arduvaz Kırağı Ebekuşağı Gökkuşağı Kekik Ardıç Defneli Yabanmersini Nergis Menekşe Sümbül Süsen
        Gelincik Lavanta",
        "
        bataklık dere kaya uçurum vadi geçit sırt ova koy kumsal yamaç orman çayır yayla gözesi pınar tepe
        kanyon mağara göl burun ada çağlayan",
    ),
    streets: &["@ Sokak No: #", "@ Caddesi No: #", "@ Bulvarı No: #"],
    towns: "
    İstanbul=34110; Ankara=06420; İzmir=35210; Bursa=16010; Adana=01010; Gaziantep=27010; Konya=42030;
    Antalya=07010; Kayseri=38010; Mersin=33010; Eskişehir=26010; Diyarbakır=21010; Samsun=55030; Denizli=20010;
    Malatya=44100; Trabzon=61030; Erzurum=25100; Van=65100; Batman=72060; Elazığ=23100; Kocaeli=41100;
    Manisa=45010; Sivas=58030; Balıkesir=10010; Isparta=32010; Edirne=22030; Rize=53020; Ordu=52100; Muğla=48000;
    Bolu=14030; Çanakkale=17100; Amasya=05000",
    ..Source::EMPTY
};
