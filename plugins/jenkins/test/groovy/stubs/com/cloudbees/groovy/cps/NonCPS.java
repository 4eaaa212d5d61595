package com.cloudbees.groovy.cps;

/** Stands for the annotation of Jenkins' Groovy engine. */
public @interface NonCPS {}
