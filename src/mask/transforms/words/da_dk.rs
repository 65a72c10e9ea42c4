//! Danish.

use super::Source;

/// Given names that very many people share; family names of what lives, grows or glows outdoors and a place, unlike the
/// patronymics of real ones.
pub(super) const SOURCE: Source = Source {
    women: "
    Agnes Alberte Alma Amalie Anette Anita Anja Anna Anne Annelise Annette Asta Astrid Benedikte Bente Bettina
    Birgit Birgitte Birthe Bodil Britta Camilla Caroline Cecilie Charlotte Christina Clara Connie Dagmar Ditte
    Dorte Dorthe Ebba Edith Elin Elisabeth Ella Ellen Else Emilie Emma Esther Eva Freja Frida Gerda Gitte
    Grethe Gudrun Gunhild Hanne Heidi Helle Henriette Ida Inga Inge Ingeborg Inger Ingrid Irene Isabella Jette
    Johanne Josefine Julie Jytte Karen Karin Karla Karoline Katrine Kirsten Kirstine Kristine Lærke Laura Lena
    Line Lis Lisbeth Lise Liva Lone Lotte Louise Maja Malene Margit Margrethe Maria Marianne Marie Maren
    Mathilde Merete Mette Mia Nanna Nina Nora Olivia Pernille Pia Randi Rikke Rosa Sanne Sara Signe Sigrid
    Sofie Solveig Stine Susanne Tanja Thea Tina Tove Trine Ulla Vibeke Victoria Vigdis Winnie Yrsa",
    men: "
    Adam Aksel Albert Alexander Alfred Allan Anders Andreas Anton Arne Arthur August Benjamin Bent Bjarne Bjørn
    Børge Carl Carsten Casper Christian Christoffer Claus Daniel David Ebbe Egon Ejnar Elias Emil Erik Ernst
    Esben Finn Flemming Frank Frederik Frode Georg Gorm Gunnar Gustav Hans Harald Harry Helge Henning Henrik
    Hjalmar Holger Hugo Ib Ivan Jacob Jan Jannik Jens Jeppe Jesper Joakim Johan Johannes John Jonas Julius
    Jørgen Jørn Kaj Karl Karsten Kasper Kenneth Kent Kevin Kim Kjeld Klaus Knud Kristian Kristoffer Kurt Lars
    Laurits Leif Lucas Mads Magnus Malthe Marcus Martin Mathias Michael Mikkel Mogens Morten Niels Nikolaj Ole
    Oliver Oluf Oscar Otto Palle Peder Per Peter Philip Poul Preben Rasmus René Robert Rune Sebastian Simon
    Steen Stefan Steffen Sten Stig Svend Søren Thomas Thor Tobias Torben Troels Uffe Ulrik Valdemar Verner
    Victor Viggo Villads Villum William Aage Åge",
    family: (
        "
        Tejst Skarv Rødhals Mosegrise Blåhals Isfugle Lærke Vibe Hjejle Ravn Nattergale Odder Grævling Egern
        Hasselmus Tyttebær Revling Porse Gyvel Marehalm Hedelyng Rimfrost Nordlys Kobber Flint Bjergkrystal
        Gnejs Regnbue Solsort Stillits Bogfinke Musvit Klyde Tårnfalk Høgeurt Kodriver Anemone Bukkeblad
        Vintergæk Ramsløg Myg Guldsmede Bramgås Lappedykker Ternebo",
        "
        mose kær skrænt klit fjorden engen lunden sump bakkedrag højen odde holm kratten lysning åsen vænge
        sønden pynten hulen stenet tjørn strømmen",
    ),
    streets: &["@vej #", "@gade #", "@stræde #", "@vænget #", "@parken #", "@bakken #", "@allé #", "@stien #"],
    towns: "
    København K=1050; Aarhus C=8000; Odense C=5000; Aalborg=9000; Esbjerg=6700; Randers C=8900; Kolding=6000;
    Horsens=8700; Vejle=7100; Roskilde=4000; Herning=7400; Silkeborg=8600; Hørsholm=2970; Helsingør=3000;
    Næstved=4700; Viborg=8800; Fredericia=7000; Køge=4600; Holstebro=7500; Taastrup=2630; Slagelse=4200;
    Hillerød=3400; Sønderborg=6400; Holbæk=4300; Svendborg=5700; Hjørring=9800; Ringsted=4100; Nørresundby=9400;
    Haderslev=6100; Frederikshavn=9900; Skive=7800; Birkerød=3460; Ringkøbing=6950; Nykøbing F=4800; Nyborg=5800;
    Kalundborg=4400; Aabenraa=6200; Middelfart=5500; Rønne=3700; Grenaa=8500; Ribe=6760; Varde=6800;
    Thisted=7700",
    ..Source::EMPTY
};
