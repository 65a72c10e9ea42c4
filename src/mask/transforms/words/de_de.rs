//! German.

use fake::locales::{DE_DE, Data as _};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts, birds and stones and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Andrea Angelika Anja Anke Anna Anneliese Annette Antje Astrid Barbara Beate Birgit Brigitte Britta Carolin
    Charlotte Christa Christiane Christina Claudia Cornelia Daniela Dagmar Doris Edith Elfriede Elisabeth Elke
    Emma Erika Eva Frieda Franziska Gabriele Gerda Gertrud Gisela Greta Gudrun Hanna Hannelore Heike Helga
    Hildegard Ilse Inge Ingeborg Ingrid Irmgard Jana Johanna Julia Jutta Karin Katharina Kathrin Katja Klara
    Kerstin Laura Lea Lena Lieselotte Lina Luise Maria Marie Marlene Marion Martina Melanie Mia Monika Nadine
    Nicole Nina Petra Renate Rita Rosemarie Sabine Sandra Sarah Silke Silvia Simone Sonja Sophie Stefanie
    Susanne Tanja Theresa Ulrike Ursula Ute Vera Waltraud",
    men: "
    Alexander Alfred Andreas Anton Armin Bernd Bernhard Bruno Christian Christoph Clemens Daniel David Detlef
    Dieter Dietmar Dirk Dominik Egon Elias Emil Erich Ernst Erwin Eugen Felix Ferdinand Florian Frank Franz
    Friedrich Fritz Georg Gerd Gerhard Gottfried Günter Hans Harald Hartmut Heinrich Heinz Helmut Henning
    Herbert Hermann Holger Horst Hubert Ingo Jakob Jan Jens Joachim Jochen Johannes Jonas Jörg Josef Julian
    Jürgen Karl Klaus Konrad Kurt Lars Leon Lothar Ludwig Lukas Lutz Manfred Marcel Markus Martin Matthias Max
    Maximilian Michael Moritz Norbert Olaf Oliver Oskar Otto Paul Peter Philipp Rainer Ralf Reinhard Robert
    Roland Rolf Rüdiger Rudolf Sebastian Siegfried Simon Stefan Thomas Thorsten Tim Tobias Udo Ulrich Uwe
    Volker Walter Werner Wilhelm Wolfgang",
    given: DE_DE::NAME_FIRST_NAME,
    family: (
        "
        Luchs Eisvogel Wiedehopf Bernstein Schiefer Kiebitz Rohrdommel Haubentaucher Wacholder Enzian
        Silberdistel Blaumeisen Zaunkönig Feldlerchen Uhu Sumpfeulen Wildkatzen Siebenschläfer Haselmaus
        Fischotter Biber Moorfrosch Ringelnatter Libellen Hirschkäfer Glühwurm Polarlicht Raureif Nebel
        Regenbogen Quarz Granat Kupfer Glimmer Heidekraut Sonnentau Wollgras Küchenschellen Seidelbast
        Waldmeister",
        "
        moor tümpel halde schlucht kuppe warte riff senke hain lichtung furt klamm grat weiler düne tobel kamm
        schanze ried quell gumpen steg anger",
    ),
    streets: &["@straße #", "@weg #", "@gasse #", "@allee #", "@platz #", "@ring #"],
    towns: "
    Berlin=10115; Hamburg=20095; München=80331; Köln=50667; Frankfurt am Main=60311; Stuttgart=70173;
    Düsseldorf=40213; Leipzig=04109; Dortmund=44135; Essen=45127; Bremen=28195; Dresden=01067; Hannover=30159;
    Nürnberg=90402; Duisburg=47051; Bochum=44787; Wuppertal=42103; Bielefeld=33602; Bonn=53111; Münster=48143;
    Mannheim=68159; Karlsruhe=76133; Augsburg=86150; Wiesbaden=65183; Kiel=24103; Aachen=52062; Halle=06108;
    Magdeburg=39104; Freiburg=79098; Lübeck=23552; Erfurt=99084; Mainz=55116; Rostock=18055; Kassel=34117;
    Potsdam=14467; Würzburg=97070; Ulm=89073; Trier=54290; Jena=07743; Regensburg=93047",
    ..Source::EMPTY
};
