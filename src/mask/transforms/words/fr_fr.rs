//! French.

use fake::locales::{Data as _, FR_FR};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, run together as no real one is.
pub(super) const SOURCE: Source = Source {
    women: "
    Adèle Agathe Agnès Alice Amandine Amélie Anaïs Andrée Anne Annie Antoinette Audrey Aurélie Béatrice
    Bernadette Brigitte Camille Caroline Catherine Cécile Céline Chantal Charlotte Chloé Christelle Christiane
    Christine Claire Clara Colette Corinne Danielle Delphine Denise Édith Élisabeth Élise Élodie Émilie Emma
    Estelle Eugénie Fabienne Fanny Florence Françoise Gabrielle Geneviève Germaine Ghislaine Hélène Henriette
    Inès Isabelle Jacqueline Jeanne Joséphine Julie Juliette Laura Laurence Léa Louise Lucie Madeleine Manon
    Marcelle Margaux Marguerite Marie Marine Marion Martine Mathilde Michèle Monique Nadine Nathalie Nicole
    Odette Océane Patricia Pauline Renée Sabine Sandrine Simone Solange Sophie Stéphanie Suzanne Sylvie Thérèse
    Valérie Véronique Virginie Yvette Yvonne Zoé",
    men: "
    Adrien Alain Albert Alexandre Alexis Alfred André Antoine Arnaud Arthur Aurélien Benoît Bernard Bertrand
    Bruno Cédric Charles Christian Christophe Claude Clément Cyril Damien Daniel David Denis Didier Édouard
    Émile Éric Étienne Eugène Fabien Fabrice Fernand Florian François Frédéric Gaston Georges Gérard Gilbert
    Gilles Grégoire Guillaume Gustave Guy Henri Hervé Hugo Jacques Jean Jérôme Joël Joseph Jules Julien Laurent
    Léon Louis Luc Lucas Ludovic Marc Marcel Marius Martin Mathieu Maurice Michel Nathan Nicolas Noël Olivier
    Pascal Patrice Patrick Paul Philippe Pierre Quentin Raoul Raphaël Raymond Rémy René Richard Robert Roger
    Roland Romain Sébastien Serge Simon Stéphane Sylvain Théo Théodore Thibault Thierry Thomas Timothée Victor
    Vincent Xavier Yann Yves",
    given: FR_FR::NAME_FIRST_NAME,
    family: (
        "
        Martinpêcheur Loutre Genette Hermine Bruyère Genêt Ajonc Cormoran Courlis Héron Busard Milan Huppe
        Loriot Mésange Bergeronnette Brume Givre Aurore Ambre Quartz Ardoise Cuivre Écureuil Hérisson
        Salamandre Libellule Lucane Gentiane Bouleau Sorbier Alisier Myrtille Framboise Airelle Chamois
        Marmotte Bouquetin Lagopède Tétras",
        "
        lande roche combe gué marais crête tertre ravin source écluse falaise dune étang vallon rive lac gorge
        bosquet plaine clairière brèche morne grève",
    ),
    streets: &["# rue @", "# avenue @", "# boulevard @", "# place @", "# chemin @", "# impasse @", "# allée @"],
    towns: "
    Paris=75001; Marseille=13001; Lyon=69001; Toulouse=31000; Nice=06000; Nantes=44000; Montpellier=34000;
    Strasbourg=67000; Bordeaux=33000; Lille=59000; Rennes=35000; Reims=51100; Toulon=83000; Saint-Étienne=42000;
    Le Havre=76600; Grenoble=38000; Dijon=21000; Angers=49000; Nîmes=30000; Clermont-Ferrand=63000;
    Le Mans=72000; Brest=29200; Tours=37000; Amiens=80000; Limoges=87000; Annecy=74000; Perpignan=66000;
    Metz=57000; Besançon=25000; Orléans=45000; Rouen=76000; Mulhouse=68100; Caen=14000; Nancy=54000;
    Avignon=84000; Poitiers=86000; La Rochelle=17000; Pau=64000; Bayonne=64100; Troyes=10000",
    ..Source::EMPTY
};
