//! Swedish.

use super::Source;

/// Given names that very many people share; family names of what lives, grows or glows outdoors and a place, unlike the
/// short words of real ones.
pub(super) const SOURCE: Source = Source {
    women: "
    Agneta Agnes Alice Alma Amanda Anette Anita Ann Anna Annika Astrid Barbro Berit Birgitta Britt Camilla
    Caroline Cecilia Christina Ebba Elin Elisabeth Ella Ellen Elsa Elvira Emelie Emma Erika Eva Felicia
    Fredrika Freja Frida Gerd Greta Gudrun Gun Gunilla Gunnel Hanna Hedvig Helena Hillevi Ida Inga Ingegerd
    Inger Ingrid Irene Isabella Jenny Jessica Johanna Josefin Julia Karin Karolina Kerstin Klara Kristina Lena
    Linda Linnea Lisa Lisbeth Louise Lovisa Maj Maja Malin Margareta Maria Marianne Marie Matilda Mona Märta
    Monica Nathalie Nellie Nina Nora Olivia Pernilla Petra Pia Ragnhild Rebecka Rut Sandra Sara Signe Sigrid
    Siv Sofia Stina Susanne Svea Therese Tilde Tuva Ulla Ulrika Vera Victoria Viola Wilma Yvonne Åsa",
    men: "
    Adam Albin Alexander Alf Alfred Allan Anders Andreas Anton Arne Arvid Axel Bengt Bertil Birger Björn Börje
    Carl Christer Christian Christoffer Claes Conny Daniel David Edvin Einar Elias Emil Erik Fabian Filip Folke
    Fredrik Gunnar Gustav Göran Gösta Hampus Hans Harald Henrik Hjalmar Holger Hugo Håkan Ingemar Ingvar Isak
    Ivar Jakob Jan Jens Jerker Jesper Joakim Joel Johan Johannes Jonas Jonathan Josef Jörgen Karl Kenneth Kent
    Kjell Knut Krister Kurt Lars Leif Lennart Linus Love Ludvig Magnus Marcus Martin Mats Mattias Melker Melvin
    Mikael Morgan Nils Olle Olof Oskar Patrik Peder Per Peter Pontus Ragnar Rasmus Rickard Robert Roger Roland
    Rolf Rune Sixten Sebastian Simon Stefan Sten Stig Sture Sune Sven Sören Theodor Thomas Tobias Tommy Tore
    Torsten Ulf Urban Verner Viktor Vilhelm Viking Wilgot Åke Östen",
    family: (
        "
        Lodjurs Skarv Storlom Hjortron Norrskens Dimmer Järv Rimfrost Bäver Tran Morkulle Spillkråks Tärn Gök
        Kantarell Blåbärs Myrulls Ripa Orr Tjäder Kvarts Glimmer Koppar Skiffer Mossbelupen Vinter Höst
        Nattskärre Vildren Regnbågs Blåsipps Gullviv Harsyr Kvitter Bärnstens Sälg Rönn Hägg Ljung Pors
        Fjällräv Utter Sävspar Domherre Sidensvans Nordan",
        "
        tjärn myr kärr fors näset kulle stig gläntan hällar udden grottan forsen mo skreva hed sank brink viken
        klippan dunge kärret tuva",
    ),
    streets: &["@vägen #", "@gatan #", "@stigen #", "@backen #", "@gränd #", "@ allé #", "@torget #", "@slingan #"],
    towns: "
    Stockholm=111 20; Göteborg=411 03; Malmö=211 20; Uppsala=753 20; Västerås=722 11; Örebro=702 11;
    Linköping=582 19; Helsingborg=252 21; Jönköping=553 16; Norrköping=602 21; Lund=222 21; Umeå=903 26;
    Gävle=803 11; Borås=503 30; Södertälje=151 71; Eskilstuna=632 20; Halmstad=302 42; Växjö=352 30;
    Karlstad=652 24; Sundsvall=852 30; Östersund=831 30; Trollhättan=461 30; Luleå=972 31; Borlänge=784 30;
    Falun=791 71; Kalmar=392 32; Skövde=541 30; Kristianstad=291 31; Karlskrona=371 31; Skellefteå=931 31;
    Uddevalla=451 30; Varberg=432 41; Örnsköldsvik=891 33; Landskrona=261 31; Nyköping=611 30; Motala=591 30;
    Visby=621 57; Kiruna=981 31; Ystad=271 42; Mora=792 30",
    ..Source::EMPTY
};
