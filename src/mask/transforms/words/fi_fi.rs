//! Finnish.

use super::Source;

/// Given names that very many people share; family names of birds, beasts and weather and a place: real ones are shorter or
/// end otherwise.
pub(super) const SOURCE: Source = Source {
    women: "
    Aila Aino Airi Aleksandra Aliina Amanda Anita Anja Anna Anne Anneli Annika Anni Annukka Arja Armi Asta Auli
    Eeva Eija Eila Eini Elena Elina Elisa Ella Elli Elsa Emilia Emma Enni Erika Essi Eveliina Hanna Hannele
    Heidi Heli Helena Helmi Helvi Hilda Hilja Hilkka Iida Iiris Inka Irene Irja Irma Jaana Jenna Jenni Johanna
    Jonna Julia Kaarina Kaija Kaisa Katariina Kati Katja Katri Kerttu Kirsi Kirsti Kristiina Krista Laina Laura
    Lea Leena Liisa Linnea Lotta Maarit Maija Marika Mari Maria Marja Marjatta Marjo Martta Matilda Meeri Merja
    Mervi Minna Mira Mirja Mirjam Miia Niina Noora Oona Orvokki Outi Paula Piia Pirjo Pirkko Päivi Raija Reetta
    Riikka Riitta Ritva Roosa Saana Saara Salla Sanna Sari Satu Seija Senni Siiri Silja Sini Sinikka Sirkka
    Sirpa Sofia Soile Susanna Suvi Taina Taru Tarja Teija Terttu Tiina Tuija Tuula Tuulikki Tytti Ulla Vappu
    Venla Vieno Vilma",
    men: "
    Aapo Aaro Aarne Aaron Aatos Aatu Ahti Aimo Aki Aleksi Aleksanteri Allan Altti Antero Anton Antti Armas Arto
    Artturi Arttu Arvo Asko Atte Aulis Eemeli Eero Eetu Eino Elias Elmeri Emil Ensio Erkki Esa Esko Hannu Harri
    Heikki Heimo Henri Henrik Hugo Iiro Ilari Ilkka Ilmari Ismo Jaakko Jalmari Jan Jani Jarkko Jarmo Jari Jere
    Jesse Joel Joni Joona Joonas Jorma Jouko Jouni Juha Juhana Juhani Juho Jukka Jussi Jyrki Kaarlo Kalervo
    Kalevi Kalle Kari Kauko Keijo Kimmo Kristian Kyösti Lasse Lauri Leevi Leo Markku Marko Markus Martti Matias
    Matti Mauno Mauri Miika Mika Mikael Mikko Niilo Niko Olavi Olli Onni Oskari Osmo Otso Otto Paavo Pasi Pauli
    Pekka Pentti Pertti Petri Petteri Raimo Raine Rasmus Rauno Reijo Reino Risto Roope Sakari Sami Samuel
    Samuli Sauli Seppo Severi Simo Sulo Taisto Taneli Tapani Tapio Tarmo Tauno Teemu Teppo Tero Timo Toivo
    Tommi Tomi Topi Tuomas Tuomo Urho Urpo Uuno Valtteri Veikko Veli Verneri Vilho Ville Viljami Voitto Väinö
    Yrjö",
    family: (
        "
        Kuukkeli Revontuli Huurre Ilves Ahma Naali Saukko Majava Tunturipöllö Pohjantikka Kiuru Kuovi Käpytikka
        Tiltaltti Peippo Punatulkku Tilhi Riekko Kiiruna Lapintiira Kuikka Uivelo Telkkä Haahka Lumikko Kärppä
        Kvartsi Meripihka Kuura Sumu Usva Pakkas Kaamos Ruska Suopursu Hilla Karpalo Vaivero Kanerva
        Kissankello Sinivuokko Päästäis Sisilisko Sudenkorento Heinäsirkka",
        "
        suo rimpi louhikko vaara törmä kuru korpi hete niva poukama salo kuusikko notko luoto koski harju
        kangas saari lehto rotko kallio laita",
    ),
    streets: &["@tie #", "@katu #", "@polku #", "@kuja #", "@kaari #", "@raitti #", "@ranta #", "@rinne #"],
    towns: "
    Helsinki=00100; Espoo=02100; Tampere=33100; Vantaa=01300; Oulu=90100; Turku=20100; Jyväskylä=40100;
    Kuopio=70100; Lahti=15110; Pori=28100; Kouvola=45100; Joensuu=80100; Lappeenranta=53100; Hämeenlinna=13100;
    Vaasa=65100; Seinäjoki=60100; Rovaniemi=96100; Mikkeli=50100; Kotka=48100; Salo=24100; Porvoo=06100;
    Kokkola=67100; Hyvinkää=05800; Lohja=08100; Järvenpää=04400; Rauma=26100; Kajaani=87100; Kerava=04200;
    Savonlinna=57100; Imatra=55100; Tornio=95400; Raisio=21200; Kemi=94100; Iisalmi=74100; Varkaus=78200;
    Raahe=92100; Hamina=49400; Naantali=21100; Loviisa=07900; Inari=99870",
    ..Source::EMPTY
};
