"""The names of every element that the schemas of BPMN 2.0.2 and of DMN 1.3 to 1.5 declare, abstract ones too."""

from __future__ import annotations

_BPMN = """
    activationCondition activity adHocSubProcess artifact assignment association auditing baseElement
    baseElementWithMixedContent boundaryEvent businessRuleTask callActivity callChoreography callConversation
    callableElement cancelEventDefinition catchEvent category categoryValue categoryValueRef childLaneSet
    choreography choreographyActivity choreographyRef choreographyTask collaboration compensateEventDefinition
    completionCondition complexBehaviorDefinition complexGateway condition conditionExpression
    conditionalEventDefinition conversation conversationAssociation conversationLink conversationNode correlationKey
    correlationProperty correlationPropertyBinding correlationPropertyRef correlationPropertyRetrievalExpression
    correlationSubscription dataAssociation dataInput dataInputAssociation dataInputRefs dataObject
    dataObjectReference dataOutput dataOutputAssociation dataOutputRefs dataPath dataState dataStore
    dataStoreReference definitions documentation endEvent endPoint endPointRef error errorEventDefinition errorRef
    escalation escalationEventDefinition event eventBasedGateway eventDefinition eventDefinitionRef exclusiveGateway
    expression extension extensionElements flowElement flowNode flowNodeRef formalExpression from gateway
    globalBusinessRuleTask globalChoreographyTask globalConversation globalManualTask globalScriptTask globalTask
    globalUserTask group humanPerformer implicitThrowEvent import inMessageRef inclusiveGateway incoming
    innerParticipantRef inputDataItem inputSet inputSetRefs interface interfaceRef intermediateCatchEvent
    intermediateThrowEvent ioBinding ioSpecification itemDefinition lane laneSet linkEventDefinition loopCardinality
    loopCharacteristics loopCondition loopDataInputRef loopDataOutputRef manualTask message messageEventDefinition
    messageFlow messageFlowAssociation messageFlowRef messagePath monitoring multiInstanceLoopCharacteristics
    operation operationRef optionalInputRefs optionalOutputRefs outMessageRef outerParticipantRef outgoing
    outputDataItem outputSet outputSetRefs parallelGateway participant participantAssociation
    participantMultiplicity participantRef partitionElement partnerEntity partnerRole performer potentialOwner
    process property receiveTask relationship rendering resource resourceAssignmentExpression resourceParameter
    resourceParameterBinding resourceRef resourceRole rootElement script scriptTask sendTask sequenceFlow
    serviceTask signal signalEventDefinition source sourceRef standardLoopCharacteristics startEvent subChoreography
    subConversation subProcess supportedInterfaceRef supports target targetRef task terminateEventDefinition text
    textAnnotation throwEvent timeCycle timeDate timeDuration timerEventDefinition to transaction transformation
    userTask whileExecutingInputRefs whileExecutingOutputRefs
"""

_DRAWING = """
    BPMNDiagram BPMNEdge BPMNLabel BPMNLabelStyle BPMNPlane BPMNShape Bounds Diagram DiagramElement Edge Font Label
    LabeledEdge LabeledShape Node Plane Point Shape Style extension waypoint
"""

_DMN = """
    DMNDI DMNDecisionServiceDividerLine DMNDiagram DMNDiagramElement DMNEdge DMNElement DMNLabel DMNShape DMNStyle
    FillColor FontColor Size StrokeColor Text allowedAnswers allowedValues annotation annotationEntry artifact
    association authorityRequirement binding businessContextElement businessKnowledgeModel column conditional
    context contextEntry decision decisionMade decisionMaker decisionOwned decisionOwner decisionService
    decisionTable defaultOutputEntry definitions description drgElement elementCollection else encapsulatedDecision
    encapsulatedLogic every expression extensionElements filter for formalParameter functionDefinition functionItem
    group if impactedPerformanceIndicator impactingDecision import importedElement importedValues in informationItem
    informationRequirement input inputData inputDecision inputEntry inputExpression inputValues invocable invocation
    itemComponent itemDefinition knowledgeRequirement knowledgeSource list literalExpression match namedElement
    organizationUnit output outputDecision outputEntry outputValues owner parameter parameters performanceIndicator
    question relation requiredAuthority requiredDecision requiredInput requiredKnowledge return row rule satisfies
    some sourceRef supportedObjective targetRef text textAnnotation then type typeConstraint typeRef usingProcess
    usingTask variable
"""

BPMN, DRAWING, DMN = (frozenset(names.split()) for names in (_BPMN, _DRAWING, _DMN))
