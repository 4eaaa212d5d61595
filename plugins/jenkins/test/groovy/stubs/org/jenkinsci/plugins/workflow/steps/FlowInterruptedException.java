package org.jenkinsci.plugins.workflow.steps;

/** Stands for what Jenkins throws into a pipeline that is stopped. */
public class FlowInterruptedException extends Exception {}
